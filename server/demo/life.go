package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/tracking"
)

const (
	firstOrder     = 40_000      // the number before the first order's
	campaign       = "always-on" // of all links of the demo
	clicksOfDayMax = 60          // of one partner, bounds the demo's size
	visitShare     = 0.4         // of a creator's reach that the demo plays, so that it is made in seconds
	refundChance   = 0.07
	againChance    = 0.45 // that somebody who clicks is one of those who clicked lately
	considering    = 60   // how many shoppers have clicked lately and may come again
	buyChance      = 0.075
	codeChance     = 0.35 // that a buyer who came by a link also types the code
)

// share makes a partner's links and code.
func (w *world) share(me context.Context, p *partner, first bool) error {
	links, err := w.Tracking.LinksOfPartnerships(me, []uuid.UUID{p.in.ID.UUID}, everyone)
	if err != nil {
		return fmt.Errorf("links: %w", err)
	}
	codes, err := w.Tracking.CodesOfPartnerships(me, []uuid.UUID{p.in.ID.UUID})
	if err != nil {
		return fmt.Errorf("codes: %w", err)
	}
	for _, l := range links[p.in.ID.UUID].Nodes() {
		if l.Campaign == campaign {
			p.links = append(p.links, l)
		}
	}
	for _, c := range codes[p.in.ID.UUID] {
		if c.Code == p.who.code {
			p.code = c.Code
		}
	}
	if w.settled() {
		return nil
	}
	for _, platform := range p.who.platforms {
		if slices.ContainsFunc(p.links, func(l tracking.Link) bool { return l.Platform == platform }) {
			continue
		}
		link, err := w.Tracking.CreateLink(me, tracking.CreateLinkInput{PartnershipID: p.in.ID, Platform: platform, Label: "Bio", Campaign: campaign})
		if err != nil {
			return fmt.Errorf("make link: %w", err)
		}
		p.links = append(p.links, link)
	}
	if first && p.code == "" {
		code, err := w.Tracking.CreateCode(me, tracking.CreateCodeInput{PartnershipID: p.in.ID, Code: p.who.code, Discount: 1000, Platform: p.who.platforms[0]})
		if err != nil {
			return fmt.Errorf("make code: %w", err)
		}
		p.code = code.Code
	}
	return nil
}

// live plays the next day: payday, visits in their order with their purchases, and the evening.
func (w *world) live(ctx context.Context, now time.Time) error {
	next := w.Progress
	next.Day++
	if err := w.paydays(ctx, next.day(next.Day), now); err != nil {
		return err
	}
	// From here on the day is not begun once more: who has visited has visited.
	if err := w.Keep(ctx, next); err != nil {
		return err
	}
	w.Progress = next
	if err := w.visits(ctx, w.day(w.Day), now); err != nil {
		return err
	}
	return w.evening(ctx, now)
}

// visits plays the visits of a day and what is bought.
func (w *world) visits(ctx context.Context, day, now time.Time) error {
	weekend := 1.0
	if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		weekend = 1.35
	}
	growth := 0.55 + 0.45*float64(day.Sub(now.AddDate(0, 0, -Days)))/float64(Days*24*time.Hour)
	for hour := 7; hour < 23; hour++ {
		at := day.Add(time.Duration(hour)*time.Hour + time.Duration(w.random.IntN(900))*time.Second)
		if at.After(now) {
			break
		}
		w.Clock.Set(at)
		for _, p := range w.partners {
			visits := w.times(min(p.reach*visitShare*weekend*growth*w.burst(p, day), clicksOfDayMax) / 16)
			for range visits {
				w.Clock.Advance(time.Duration(1+w.random.IntN(40)) * time.Second)
				if err := w.meanwhile(ctx, w.visit(ctx, p)); err != nil {
					return err
				}
			}
		}
		for _, s := range shops {
			for range w.times(s.perDay / 16) {
				if err := w.meanwhile(ctx, w.order(ctx, s, &shopper{brand: s.brand, email: w.email()}, "")); err != nil {
					return err
				}
			}
		}
	}
	return w.StoreEvents.Flush(ctx)
}

// evening does the rest of a day: refunds that are due, holds that run out, and what people do beside selling. It may be done again.
func (w *world) evening(ctx context.Context, now time.Time) error {
	day := w.day(w.Day)
	if err := w.giveBack(ctx, day.Add(23*time.Hour), now); err != nil {
		return err
	}
	w.Clock.Set(earlier(day.Add(23*time.Hour+30*time.Minute), now))
	if err := w.approve(ctx); err != nil {
		return err
	}
	return w.routine(ctx, day, now)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// burst makes some days after a post much stronger.
func (w *world) burst(p *partner, day time.Time) float64 {
	switch (day.YearDay() + len(p.who.handle)*7) % 19 {
	case 0:
		return 3.4
	case 1:
		return 2.1
	case 2:
		return 1.4
	}
	return 1
}

// times draws how often something happens that happens mean times on average.
func (w *world) times(mean float64) int {
	n := int(mean)
	if w.random.Float64() < mean-float64(n) {
		n++
	}
	return n
}

func (w *world) email() string {
	return fmt.Sprintf("shopper%06d@shoppers.test", w.random.IntN(900_000))
}

// visit follows a link as a browser does, and buys now and then.
func (w *world) visit(ctx context.Context, p *partner) error {
	s := shopOf(p.program)
	var who *shopper
	if len(w.shoppers) > 30 && w.random.Float64() < againChance {
		if old := w.shoppers[len(w.shoppers)-1-w.random.IntN(min(len(w.shoppers), considering))]; old.brand == s.brand {
			who = old
		}
	}
	if who == nil {
		who = &shopper{brand: s.brand, email: w.email()}
		w.shoppers = append(w.shoppers, who)
	}
	if err := w.click(ctx, p.links[w.random.IntN(len(p.links))], who); err != nil {
		return err
	}
	buys := w.random.Float64() <= buyChance
	if err := w.browse(ctx, s, who, buys); err != nil || !buys {
		return err
	}
	code := ""
	if p.code != "" && w.random.Float64() < codeChance {
		code = p.code
	}
	w.Clock.Advance(time.Duration(3+w.random.IntN(25)) * time.Minute)
	return w.order(ctx, s, who, code)
}

// click sends a request through the redirect and keeps what a browser and a shop would: the cookie and the tid.
func (w *world) click(ctx context.Context, link tracking.Link, who *shopper) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/r/"+link.Code, nil)
	if err != nil {
		return err
	}
	r.RemoteAddr = who.address
	if r.RemoteAddr == "" {
		r.RemoteAddr = fmt.Sprintf("203.0.113.%d:443", 1+w.random.IntN(250))
	}
	r.Header.Set("User-Agent", agents[w.random.IntN(len(agents))])
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Accept-Language", "en")
	if who.from != "" {
		r.Header.Set("Referer", who.from)
	}
	if who.visitor != "" {
		r.Header.Set("Cookie", who.visitor)
	}
	answer := &recorder{header: http.Header{}}
	w.Redirect.ServeHTTP(answer, r)
	if answer.status != http.StatusFound || !strings.Contains(answer.header.Get("Location"), "tid=") {
		// It always works unless somebody has changed it.
		return fault.New(fault.Conflict, "WRONG_STATE", "link %s answered %d", link.Code, answer.status)
	}
	if cookie, _, ok := strings.Cut(answer.header.Get("Set-Cookie"), ";"); ok {
		who.visitor = cookie
	}
	target, err := url.Parse(answer.header.Get("Location"))
	if err != nil {
		return err
	}
	tid, err := id.Parse(target.Query().Get("tid"))
	if err != nil {
		return fmt.Errorf("link %s gave no tid", link.Code)
	}
	who.click = tid.UUID
	return nil
}

var agents = []string{
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
}

// recorder is a response that keeps its header.
type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }

// order records a purchase as the shop would tell it.
func (w *world) order(ctx context.Context, s shop, who *shopper, code string) error {
	w.orders++
	now := w.Clock.Now()
	number := fmt.Sprintf("%d", firstOrder+w.orders)
	in := order.Incoming{Brand: w.brands[s.brand].ID.UUID, Source: order.SourceApi, Store: s.host, ExternalID: number, Name: "#" + number,
		PlacedAt: now, PaidAt: &now, Payment: order.PaymentPaid, Currency: s.currency, Click: who.click, CustomerEmail: who.email}
	isNew := who.orders == 0
	in.NewCustomer = &isNew
	who.orders++
	if code != "" {
		in.Codes = []string{code}
	}
	net, discount := int64(0), int64(0)
	for i := range 1 + w.random.IntN(3) {
		g := s.goods[w.random.IntN(len(s.goods))]
		quantity := 1 + w.random.IntN(8)/7
		full := g.minor * int64(quantity)
		off := int64(0)
		if code != "" {
			off = full / 10
		}
		net, discount = net+full-off, discount+off
		in.Lines = append(in.Lines, order.IncomingLine{ExternalID: fmt.Sprintf("%s-%d", number, i+1), Kind: order.LineProduct, Name: g.name,
			ProductID: g.id, Collections: []string{g.collection}, Quantity: quantity, Net: money.New(full-off, s.currency)})
	}
	in.Discount, in.Tax, in.Shipping = money.New(discount, s.currency), money.New(net*19/100, s.currency), money.New(412, s.currency)
	done, err := w.Sales.Import(ctx, in)
	if err != nil {
		return fmt.Errorf("order %s: %w", number, err)
	}
	if w.random.Float64() < refundChance {
		share := money.BasisPoints(10_000)
		if w.random.Float64() < 0.6 {
			share = 5_000
		}
		w.refunds = append(w.refunds, refund{at: now.Add(time.Duration(3+w.random.IntN(18)) * 24 * time.Hour), order: done.Order.ID, brand: s.brand, share: share})
	}
	return nil
}

// giveBack records the refunds that are due.
func (w *world) giveBack(ctx context.Context, until, now time.Time) error {
	later := w.refunds[:0]
	for _, r := range w.refunds {
		if r.at.After(until) || r.at.After(now) {
			later = append(later, r)
			continue
		}
		w.Clock.Set(r.at)
		if err := w.meanwhile(ctx, w.refundOne(ctx, r)); err != nil {
			return err
		}
	}
	w.refunds = later
	return nil
}

func (w *world) refundOne(ctx context.Context, r refund) error {
	o, err := w.Orders.Order(ctx, r.order)
	if err != nil {
		return err
	}
	amount, err := o.Total.MulBasisPoints(r.share, money.HalfUp)
	if err != nil {
		return err
	}
	_, err = w.Sales.ImportRefund(ctx, order.IncomingRefund{Order: r.order.UUID, Brand: w.brands[r.brand].ID.UUID, Source: order.SourceApi, Store: o.Store,
		OrderExternalID: o.Name[1:], ExternalID: "R" + uuid.NewSHA1(uuid.Nil, []byte(r.order.String())).String()[:8], Amount: amount,
		Reason: "Did not suit", RefundedAt: r.at})
	if err != nil {
		return fmt.Errorf("refund of %s: %w", o.Name, err)
	}
	return nil
}

// approve lets commissions through whose return period is over.
func (w *world) approve(ctx context.Context) error {
	for {
		n, err := w.Commissions.ApproveDue(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}
