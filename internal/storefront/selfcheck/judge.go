package selfcheck

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/brand"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
)

// patience is how long a page or a webhook may take before that it has not come says something.
const patience = 2 * time.Minute

// evidence is what is stored of one walk. It is all that a judgement rests on.
type evidence struct {
	now    time.Time
	kind   brand.IntegrationKind
	health tracking.HealthStatus
	detail string // of the health
	host   string // of the link's destination
	click  *seenClick
	// events are those of the click, oldest first; others tells whether the snippet told of other visits since.
	events []seenEvent
	others bool
	// deliveries are those of the shop since the click, oldest first.
	deliveries   []seenDelivery
	lastDelivery *time.Time // of the shop at all
	trouble      string     // with the shop's API, in words
	order        *seenOrder
	strangers    int // orders of the shop since the click that came without any click and are not known to be the tester's
	refundedAt   *time.Time
}

type seenClick struct {
	id         uuid.UUID
	at         time.Time
	notCounted tracking.NotCounted
}

type seenEvent struct {
	kind      storeevent.Type
	at        time.Time
	token     string
	reference string
}

type seenDelivery struct {
	topic, status, outcome string
	at                     time.Time
}

// seenOrder is the tester's order.
type seenOrder struct {
	id    uuid.UUID
	name  string
	at    time.Time // when it came
	test  bool
	click bool // it carries the click
	token bool // its checkout was told with the click
	// another says that it carries another click.
	another bool
}

func (o *seenOrder) tied() bool { return o != nil && (o.click || o.token) }

// judge says how far a walk has come, one step after the other.
func judge(e evidence) []Step {
	return []Step{e.clicked(), e.page(), e.cart(), e.webhook(), e.ordered(), e.refunded()}
}

var notCountedWords = map[tracking.NotCounted]string{
	tracking.NotCountedBot: "A program opened the link, not a person.", tracking.NotCountedHead: "Only the head of the address was asked for.",
	tracking.NotCountedPrefetch: "A browser fetched the link ahead, and nobody opened it.", tracking.NotCountedPreview: "A messenger made a preview of the link, and nobody opened it.",
}

func (e evidence) clicked() Step {
	switch {
	case e.click == nil:
		return waiting(StepClick, "Open the link in a private window, as a shopper would, and accept cookies.")
	case e.click.notCounted != "":
		return failed(StepClick, &e.click.at, notCountedWords[e.click.notCounted], "Open the link by hand in an ordinary browser.")
	}
	return passed(StepClick, e.click.at, "The link was opened and led on to "+e.host+".")
}

func (e evidence) begun() bool { return e.click != nil && e.click.notCounted == "" }

// first gives the first event of one of some sorts.
func (e evidence) first(kinds ...storeevent.Type) *seenEvent {
	for i, event := range e.events {
		for _, k := range kinds {
			if event.kind == k {
				return &e.events[i]
			}
		}
	}
	return nil
}

func (e evidence) page() Step {
	if !e.begun() {
		return notSeen(StepPage)
	}
	if n := len(e.events); n > 0 && e.events[n-1].kind == storeevent.ConsentDenied {
		return failed(StepPage, &e.events[n-1].at, "The visitor did not allow to be remembered.",
			"Open the link once more and accept cookies. If nobody was asked, the shop's banner says no before the visitor has answered.")
	}
	if view := e.first(storeevent.PageView, storeevent.AddToCart, storeevent.Checkout, storeevent.Purchase); view != nil {
		return passed(StepPage, view.at, "The snippet on the shop's page knows the click.")
	}
	switch {
	case e.order.tied():
		s := notSeen(StepPage)
		s.Todo = "The order carries the click without the snippet. Put it on the shop's pages to see the way to the order, too."
		return s
	case e.health == tracking.HealthParametersLost:
		return failed(StepPage, nil, e.detail, "Have the shop's own redirects keep the parameter tid.")
	case e.health == tracking.HealthFailing:
		return failed(StepPage, nil, e.detail, "Mend the page that the link leads to, or let the program lead to another one.")
	case e.now.Sub(e.click.at) < patience:
		return waiting(StepPage, "Let the shop's page load.")
	case e.others:
		return failed(StepPage, nil, "The snippet told of other visits since then, and not of this one.",
			"The tid was lost on the way, or cookies were not accepted. See whether the shop's address shows tid= right after the link was opened.")
	}
	return failed(StepPage, nil, "No page of the shop has told of a visit since then.",
		"Put the snippet on every page of the shop, loaded from the host of your links. Where it waits for consent, the shop's banner has to call tributary('consent', true). "+
			"The browser's network view shows whether /t/events answers 204; 403 means that the shop's domain is not verified.")
}

// carries says what has to take the click along, by the sort of shop.
var carries = map[brand.IntegrationKind]string{
	brand.KindShopify:     "The snippet has to be in theme.liquid: it writes the cart attribute tributary_tid, which /cart.js shows. Express checkouts need the custom pixel.",
	brand.KindWoocommerce: "Let the page that thanks for orders load the snippet, or keep the cookie tributary_tid as order meta _tributary_tid.",
	brand.KindCheckout:    "Give each Checkout Session the tid as client_reference_id, or as metadata.tid.",
	brand.KindPostback:    "Send the tid along as clickId.",
}

func (e evidence) cart() Step {
	if !e.begun() {
		return notSeen(StepCart)
	}
	filled := e.first(storeevent.AddToCart, storeevent.Checkout, storeevent.Purchase)
	switch {
	case e.order != nil && e.order.click:
		return passed(StepCart, e.order.at, "The order "+e.order.name+" carries the click's id.")
	case e.order != nil && e.order.token:
		return passed(StepCart, e.order.at, "The order "+e.order.name+" has the checkout that the shop's page told of.")
	case e.order != nil && e.order.another:
		return failed(StepCart, &e.order.at, "The order "+e.order.name+" came with the id of another click.", "The browser had kept an older click. Begin anew in a private window.")
	case e.order != nil:
		return failed(StepCart, &e.order.at, "The order "+e.order.name+" came without the click's id, and its checkout was not told.", carries[e.kind])
	case filled != nil && filled.token != "":
		return passed(StepCart, filled.at, "The shop's page told of the checkout.")
	case filled != nil:
		return passed(StepCart, filled.at, "The cart was filled on a page that knows the click.")
	case e.page().State == StepFailed:
		return notSeen(StepCart)
	}
	return waiting(StepCart, "Put something into the cart and begin to pay.")
}

// buying says how a test order is made, by the sort of shop.
var buying = map[brand.IntegrationKind]string{
	brand.KindShopify:     "Place the order with a test payment (Settings, Payments, test mode): Shopify marks it as a test, and it earns nobody anything.",
	brand.KindWoocommerce: "Place an order, for example with payment on delivery. WooCommerce knows no test orders: refund it afterwards, and what it earned is taken back.",
	brand.KindCheckout:    "Pay with a test card in Stripe's test mode: such orders earn nobody anything.",
	brand.KindPostback:    "Have your server send the order. Unless it says test, the order earns: send its refund afterwards.",
}

func (e evidence) webhook() Step {
	if !e.begun() {
		return notSeen(StepWebhook)
	}
	var bad *seenDelivery
	for i, d := range e.deliveries {
		if d.status != "FAILED" {
			return passed(StepWebhook, d.at, "The shop sent "+d.topic+", signed as it should be.")
		}
		bad = &e.deliveries[i]
	}
	before := "None has ever come from this shop."
	if e.lastDelivery != nil {
		before = "The last one came before the click."
	}
	bought := e.first(storeevent.Purchase)
	switch {
	case bad != nil:
		return failed(StepWebhook, &bad.at, "The shop sent "+bad.topic+", which could not be handled: "+bad.outcome, "Mend what it says, and have the delivery handled again.")
	case bought != nil && e.now.Sub(bought.at) >= patience:
		return failed(StepWebhook, &bought.at, strings.TrimSpace("The shop's page thanked for the order, and no webhook has come. "+before+" "+e.trouble),
			"See at the shop whether the webhooks are on, lead to the address shown here, and are signed with the secret that was entered.")
	}
	s := waiting(StepWebhook, buying[e.kind])
	s.Seen = e.trouble
	return s
}

func (e evidence) ordered() Step {
	if !e.begun() {
		return notSeen(StepOrder)
	}
	real := "It is no test order, so it earns like any other."
	switch {
	case e.order.tied():
		if e.order.test {
			real = "It is a test order, which earns nobody anything."
		}
		return passed(StepOrder, e.order.at, "The order "+e.order.name+" was recorded and has found its click. "+real)
	case e.order != nil:
		return failed(StepOrder, &e.order.at, "The order "+e.order.name+" was recorded and has not found its click.", "Mend what the step “cart” says, then start anew.")
	}
	s := waiting(StepOrder, "Finish the order. It is recorded within seconds after its webhook.")
	if e.strangers > 0 {
		s.Seen = fmt.Sprintf("%s came from the shop since the click, without any click's id.", counted(e.strangers))
		s.Todo = "If one of them is yours, the click's id was lost on the way. " + carries[e.kind]
	}
	return s
}

func counted(n int) string {
	switch {
	case n == 1:
		return "One order"
	case n >= strangersMax:
		return fmt.Sprintf("%d orders or more", strangersMax)
	}
	return fmt.Sprintf("%d orders", n)
}

// refunding says where the refund is made and how it comes here.
var refunding = map[brand.IntegrationKind]string{
	brand.KindShopify: "Refund the order in Shopify. The webhook “Refund create” tells of it.", brand.KindWoocommerce: "Refund the order in WooCommerce. The webhook “Order updated” tells of it.",
	brand.KindCheckout: "Refund the payment in Stripe. The event charge.refunded tells of it.", brand.KindPostback: "Have your server send the refund of the order.",
}

func (e evidence) refunded() Step {
	switch {
	case e.order == nil:
		return notSeen(StepRefund)
	case e.refundedAt != nil:
		return passed(StepRefund, *e.refundedAt, "The refund of "+e.order.name+" was recorded.")
	}
	for _, d := range e.deliveries {
		if strings.Contains(d.topic, "refund") && d.status == "FAILED" {
			return failed(StepRefund, &d.at, "The shop sent "+d.topic+", which could not be handled: "+d.outcome, "Mend what it says, and have the delivery handled again.")
		}
	}
	return waiting(StepRefund, refunding[e.kind])
}
