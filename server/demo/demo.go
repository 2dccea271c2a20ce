// Package demo fills a sandbox with 120 days of a believable business, by calling the same services that people call, with a clock
// that is moved from then to now and a fixed seed. Nothing is written past the services.
package demo

import (
	"context"
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
	// Onboard finishes the onboarding of a connected account as its owner would at Stripe.
	Onboard func(ctx context.Context, c creator.Creator) error
	// Progress hears how many of the days are done.
	Progress func(done, of int)
	Log      *slog.Logger
}

// world is the demo while it is made.
type world struct {
	Services
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
	click   uuid.UUID
	orders  int
}

type refund struct {
	at    time.Time
	order id.ID
	brand string
	share money.BasisPoints // of the order's total
}

// Make fills the deployment up to now. It is run once, on an empty database.
func Make(ctx context.Context, s Services, now time.Time) error {
	w := &world{Services: s, random: rand.New(rand.NewPCG(seed, seed)), browsing: rand.New(rand.NewPCG(seed, 1)), people: map[string]viewer.Viewer{}, users: map[string]id.ID{},
		brands: map[string]brand.Brand{}, programs: map[string]program.Program{}, leads: map[int]id.ID{}}
	begin := now.Truncate(24*time.Hour).AddDate(0, 0, -Days)
	s.Clock.Set(begin.Add(8 * time.Hour))
	steps := []func(context.Context) error{w.makeStaff, w.makeBrands, w.makePrograms, w.makeCreators, w.fund}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for day := range Days + 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.live(ctx, begin.AddDate(0, 0, day), now); err != nil {
			return fmt.Errorf("demo day %d: %w", day, err)
		}
		if s.Progress != nil {
			s.Progress(day, Days)
		}
	}
	s.Clock.Set(now)
	return w.finish(ctx)
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
