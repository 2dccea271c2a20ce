// Package demo fills a sandbox with 120 days of a believable business, by calling the same services that people call, with a clock
// that is moved from then to now and a fixed seed. Nothing is written past the services. It can be stopped at any instruction: the
// next Make goes on. People may sign in and do what they like meanwhile; what that makes impossible is left out.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/google/uuid"

	"tributary/internal/brand"
	"tributary/internal/commission"
	"tributary/internal/content"
	"tributary/internal/creator"
	"tributary/internal/fraud"
	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/outreach"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
	"tributary/internal/review"
	"tributary/internal/sale"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
)

// Days is how far back the demo begins.
const Days = 120

// seed fixes every choice that the demo makes.
const seed = 20_261_123

// Password is the password of every demo login.
const Password = "tributary-demo"

// Logins are the accounts that the demo makes for people to sign in with.
var Logins = []string{"creator@demo.test", "brand@demo.test", "finance@demo.test", "finance2@demo.test", "admin@demo.test"}

// Services is what the demo calls. All of them tell the time by Clock.
type Services struct {
	Clock        *clock.Fake
	Identity     *identity.Service
	Brands       *brand.Service
	Programs     *program.Service
	Creators     *creator.Service
	Partnerships *partnership.Service
	Tracking     *tracking.Service
	Redirect     http.Handler
	StoreEvents  *storeevent.Service
	Orders       *order.Service
	Sales        *sale.Service
	Commissions  *commission.Service
	Holds        *fraud.Service
	Payouts      *payout.Service
	Outreach     *outreach.Service
	Content      *content.Service
	Reviews      *review.Service
	// DB is asked what is there already; nothing is written past the services.
	DB *database.DB
	// Onboard finishes the onboarding of a connected account as its owner would at Stripe.
	Onboard func(ctx context.Context, c creator.Creator) error
	// StartJobs begins to do the jobs of these services.
	StartJobs func(ctx context.Context) error
	// Keep keeps how far the demo is, so that it goes on from there if it is stopped.
	Keep func(ctx context.Context, p Progress) error
	Log  *slog.Logger
}

// Progress is how far the demo is: its first day, and how many days after it the latest day is on which visitors came.
type Progress struct {
	Begin time.Time // midnight, UTC
	Day   int       // -1 while the people and programs are made
}

// Begin is the progress of a demo of which nothing is made.
func Begin(now time.Time) Progress {
	return Progress{Begin: now.Truncate(24*time.Hour).AddDate(0, 0, -Days), Day: -1}
}

// settled tells that all people, programs and links were made before, and the days have begun.
func (p Progress) settled() bool { return p.Day >= 0 }

// day gives the midnight at which a day begins.
func (p Progress) day(n int) time.Time { return p.Begin.AddDate(0, 0, n) }

// age is how many days before the end the latest day is, negative for those that a late start adds.
func (p Progress) age() int { return Days - p.Day }

// of is how many days the demo has when it is finished.
func (p Progress) of(now time.Time) int { return int(now.Sub(p.Begin) / (24 * time.Hour)) }

// String gives the form that Parse reads.
func (p Progress) String() string { return fmt.Sprintf("%s %d", p.Begin.Format(time.DateOnly), p.Day) }

// Parse reads what String gave.
func Parse(s string) (p Progress, err error) {
	var begin string
	if _, err = fmt.Sscanf(s, "%s %d", &begin, &p.Day); err != nil {
		return p, err
	}
	p.Begin, err = time.Parse(time.DateOnly, begin)
	return p, err
}

// Say tells people how far the demo is.
func (p Progress) Say(now time.Time) string {
	if !p.settled() {
		return "people and programs"
	}
	return fmt.Sprintf("day %d of %d", p.Day, p.of(now))
}

// world is the demo while it is made.
type world struct {
	Services
	Progress
	random   *rand.Rand
	browsing *rand.Rand               // of what visitors do at the shops
	people   map[string]viewer.Viewer // by e-mail
	users    map[string]id.ID
	brands   map[string]brand.Brand
	programs map[string]program.Program
	partners []*partner
	shoppers []*shopper
	refunds  []refund
	leads    map[int]id.ID
	orders   int
}

// partner is a creator in a program, with what they share.
type partner struct {
	who     cast
	creator creator.Creator
	program string
	in      partnership.Partnership
	links   []tracking.Link
	code    string
	reach   float64 // clicks a day, on average
}

// shopper clicks links and sometimes buys.
type shopper struct {
	brand   string
	email   string
	visitor string // cookie
	address string // of the network; drawn when empty
	from    string // page that the shopper clicks on, when it tells
	click   uuid.UUID
	orders  int
}

type refund struct {
	at    time.Time
	order id.ID
	brand string
	share money.BasisPoints // of the order's total
}

// Make fills the deployment up to now, from where an earlier Make stopped. One at a time makes it.
//
// A day that was interrupted keeps the visitors that it had, and all else of it is done. Who clicked lately, and the refunds that were
// to come, are forgotten then: the demo is for looking.
func Make(ctx context.Context, s Services, from Progress, now time.Time) error {
	w := &world{Services: s, Progress: from, random: rand.New(rand.NewPCG(seed, seed+uint64(from.Day+1))), browsing: rand.New(rand.NewPCG(seed, uint64(from.Day+2))),
		people: map[string]viewer.Viewer{}, users: map[string]id.ID{}, brands: map[string]brand.Brand{}, programs: map[string]program.Program{}, leads: map[int]id.ID{}}
	if err := w.wake(ctx, now); err != nil {
		return err
	}
	if err := w.StartJobs(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{w.makeStaff, w.makeBrands, w.makePrograms, w.makeCreators, w.fund} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if w.settled() {
		if err := w.goOn(ctx, now); err != nil {
			return fmt.Errorf("demo day %d: %w", w.Day, err)
		}
	}
	for w.Day < w.of(now) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.live(ctx, now); err != nil {
			return fmt.Errorf("demo day %d: %w", w.Day, err)
		}
	}
	s.Clock.Set(now)
	return w.finish(ctx)
}

// setupLasts bounds how long people and programs take by the demo's clock.
const setupLasts = 7 * 24 * time.Hour

// wake sets the clock to where it stood, because jobs that were begun wait for what their time was: to the first morning, to the latest
// deed of people and programs that were interrupted, or to when nobody works any more on the payday after the latest day.
func (w *world) wake(ctx context.Context, now time.Time) error {
	if w.settled() {
		payday, touched := w.day(w.Day+1), time.Time{}
		err := w.DB.SQL.QueryRowContext(ctx, `SELECT coalesce(max(updated_at), $1) FROM payout WHERE created_at BETWEEN $1 AND $2 AND updated_at < $3`,
			payday.Add(paydayAt), payday.Add(paydayAt+paydayLasts), now).Scan(&touched)
		w.Clock.Set(earlier(touched.Add(paydayOver), now))
		return err
	}
	morning := w.Begin.Add(8 * time.Hour)
	var latest time.Time
	err := w.DB.SQL.QueryRowContext(ctx, `SELECT coalesce(max(created_at), $1) FROM audit_log WHERE created_at BETWEEN $1 AND $2`,
		morning, morning.Add(setupLasts)).Scan(&latest)
	w.Clock.Set(latest)
	return err
}

// goOn reads what the days before have left, and ends what was interrupted: money on its way, and the latest day.
func (w *world) goOn(ctx context.Context, now time.Time) error {
	if err := w.DB.SQL.QueryRowContext(ctx, `SELECT coalesce(max(external_id::int), $2) - $2 FROM "order"
		WHERE brand_id = ANY($1::uuid[]) AND external_id ~ '^4[0-9]{4}$' AND store LIKE '%.test'`, w.brandIDs(), firstOrder).Scan(&w.orders); err != nil {
		return err
	}
	for i, l := range leads {
		p, err := w.prospect(ctx, l)
		if err != nil {
			return err
		}
		if p != nil {
			w.leads[i] = p.ID
		}
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	return w.evening(ctx, now)
}

// brandIDs is for statements.
func (w *world) brandIDs() any {
	var ids []string
	for _, b := range w.brands {
		ids = append(ids, b.ID.UUID.String())
	}
	return database.Array(ids)
}

// exists asks the database.
func (w *world) exists(ctx context.Context, rows string, args ...any) (yes bool, err error) {
	err = w.DB.SQL.QueryRowContext(ctx, "SELECT EXISTS ("+rows+")", args...).Scan(&yes)
	return yes, err
}

// meanwhile lets the demo go on when an act of it is refused: somebody who looks around has changed what it was about.
func (w *world) meanwhile(ctx context.Context, err error) error {
	if f, ok := fault.As(err); ok {
		w.Log.WarnContext(ctx, "the demo leaves something out", "day", w.Day, "code", f.Code, "why", err)
		return nil
	}
	return err
}

// as gives a context in which a person acts.
func (w *world) as(ctx context.Context, email string) context.Context {
	v, ok := w.people[email]
	if !ok {
		panic("demo: nobody has the address " + email)
	}
	return viewer.With(ctx, v)
}

// refresh reads a person's roles and profile again after they changed.
func (w *world) refresh(ctx context.Context, email string) error {
	v, err := w.Identity.ViewerOf(ctx, w.users[email])
	if err != nil {
		return err
	}
	w.people[email] = v
	return nil
}

func (w *world) makePerson(ctx context.Context, email, name string, admin bool) error {
	known, err := w.Identity.UserByEmail(ctx, email)
	if err == nil {
		if ours, err := w.exists(ctx, `SELECT FROM "user" WHERE id = $1 AND demo`, known.ID.UUID); err != nil || !ours {
			return errors.Join(fault.New(fault.Conflict, "TAKEN", "somebody else has the address %s", email), err)
		}
		w.users[email] = known.ID
		return w.refresh(ctx, email)
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	u, err := w.Identity.CreateUser(ctx, identity.NewUser{Email: email, Name: name, Password: Password, Admin: admin, Demo: true, Verified: true})
	if err != nil {
		return fmt.Errorf("make %s: %w", email, err)
	}
	w.users[email] = u.ID
	return w.refresh(ctx, email)
}

func (w *world) makeStaff(ctx context.Context) error {
	for _, p := range []struct {
		email, name string
		admin       bool
	}{
		{"brand@demo.test", "Lena Brandt", false}, {"finance@demo.test", "Jonas Weber", false}, {"finance2@demo.test", "Amira Haddad", false},
		{"admin@demo.test", "Olu Adeyemi", true},
	} {
		if err := w.makePerson(ctx, p.email, p.name, p.admin); err != nil {
			return err
		}
	}
	return nil
}

// everyone is up to a hundred rows, the most that a page holds.
var everyone = page.All(page.SizeMax)
