// Package shopify makes codes and webhooks in a Shopify shop, by its Admin GraphQL API. The access token needs the rights read_discounts,
// write_discounts and read_orders.
package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tributary/internal/kit/money"
	"tributary/internal/kit/outbound"
	"tributary/internal/storefront"
)

// APIVersion is the version of the Admin API that is spoken.
const APIVersion = "2026-10"

// subscriptionsMax bounds how many webhooks of a shop are looked through.
const subscriptionsMax = 100

// topics are what we have to be told of, as Shopify's enumeration and as its headers spell them.
var topics = []struct{ enum, header string }{
	{"ORDERS_CREATE", "orders/create"}, {"ORDERS_PAID", "orders/paid"}, {"ORDERS_UPDATED", "orders/updated"},
	{"ORDERS_CANCELLED", "orders/cancelled"}, {"REFUNDS_CREATE", "refunds/create"},
}

// Shop is one Shopify shop.
type Shop struct {
	client *outbound.Client
	url    string
	token  string
	host   string
}

var _ storefront.Shop = (*Shop)(nil)

// New gives the shop at a domain (your-shop.myshopify.com). It makes no call.
func New(client *outbound.Client, domain string, c storefront.Credentials) *Shop {
	return &Shop{client: client, url: "https://" + domain + "/admin/api/" + APIVersion + "/graphql.json", token: c.Secret, host: domain}
}

// failure is what Shopify says beside data, or in its place.
type failure struct {
	Message    string `json:"message"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// userError is what Shopify says about the input of a mutation.
type userError struct {
	Message string `json:"message"`
	Code    string `json:"code"`
}

// refusal gives what Shopify said about the input.
func refusal(errors []userError) error {
	if len(errors) == 0 {
		return nil
	}
	return &storefront.Problem{Trouble: storefront.Refused, Words: "Shopify says: " + sentence(errors[0].Message)}
}

// sentence ends what somebody else wrote as one.
func sentence(text string) string {
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300]) + "…"
	}
	return strings.TrimRight(strings.TrimSpace(text), ".") + "."
}

// ask runs an operation.
func (s *Shop) ask(ctx context.Context, query string, variables map[string]any, out any) error {
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors json.RawMessage `json:"errors"`
	}
	status, _, err := storefront.Call(ctx, s.client, http.MethodPost, s.url, http.Header{"X-Shopify-Access-Token": {s.token}},
		map[string]any{"query": query, "variables": variables}, &answer)
	switch {
	case err != nil:
		return err
	case status == http.StatusNotFound:
		return &storefront.Problem{Trouble: storefront.Refused, Words: s.host + " is no Shopify shop. Connect it under its name at myshopify.com."}
	case status >= http.StatusBadRequest:
		return &storefront.Problem{Trouble: storefront.Refused, Words: fmt.Sprintf("%s refuses the call (%d).", s.host, status)}
	}
	if len(answer.Errors) > 0 && string(answer.Errors) != "null" {
		return s.failed(answer.Errors)
	}
	if err := json.Unmarshal(answer.Data, out); err != nil {
		return &storefront.Problem{Trouble: storefront.Refused, Words: s.host + " does not answer as Shopify does.", Cause: err}
	}
	return nil
}

func (s *Shop) failed(raw json.RawMessage) error {
	var all []failure
	if json.Unmarshal(raw, &all) != nil || len(all) == 0 {
		all = []failure{{Message: strings.Trim(string(raw), `"`)}}
	}
	p := &storefront.Problem{Trouble: storefront.Refused, Words: "Shopify says: " + sentence(all[0].Message)}
	switch all[0].Extensions.Code {
	case "THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT":
		p.Trouble = storefront.Later
	case "ACCESS_DENIED":
		p.Trouble, p.Words = storefront.Unauthorized, "The access token may not do this: "+sentence(all[0].Message)
	}
	return p
}

// Check asks for the rights of the token.
func (s *Shop) Check(ctx context.Context) error {
	var out struct {
		Installation struct {
			Scopes []struct {
				Handle string `json:"handle"`
			} `json:"accessScopes"`
		} `json:"currentAppInstallation"`
	}
	if err := s.ask(ctx, `query { currentAppInstallation { accessScopes { handle } } }`, nil, &out); err != nil {
		return err
	}
	var missing []string
	for _, scope := range []string{"write_discounts", "read_orders"} {
		has := false
		for _, got := range out.Installation.Scopes {
			has = has || got.Handle == scope || got.Handle == strings.Replace(scope, "read_", "write_", 1)
		}
		if !has {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return &storefront.Problem{Trouble: storefront.Unauthorized, Words: "The access token lacks the rights " + strings.Join(missing, " and ") + "."}
	}
	return nil
}

// node is a code discount.
type node struct {
	ID       string `json:"id"`
	Discount struct {
		Status string     `json:"status"`
		EndsAt *time.Time `json:"endsAt"`
		Gets   struct {
			Value struct {
				Percentage *json.Number `json:"percentage"`
			} `json:"value"`
		} `json:"customerGets"`
	} `json:"codeDiscount"`
}

func (n node) found() (storefront.Found, error) {
	out := storefront.Found{ID: n.ID, Active: n.Discount.Status == "ACTIVE" || n.Discount.Status == "SCHEDULED", EndsAt: n.Discount.EndsAt}
	if p := n.Discount.Gets.Value.Percentage; p != nil {
		var err error
		out.Percent, err = storefront.ReadPercent(p.String(), 1)
		return out, err
	}
	return out, nil
}

const nodeFields = `id codeDiscount { ... on DiscountCodeBasic { status endsAt customerGets { value { ... on DiscountPercentage { percentage } } } } }`

// Find looks a code up.
func (s *Shop) Find(ctx context.Context, code string) (storefront.Found, bool, error) {
	var out struct {
		Node *node `json:"codeDiscountNodeByCode"`
	}
	if err := s.ask(ctx, `query($code: String!) { codeDiscountNodeByCode(code: $code) { `+nodeFields+` } }`, map[string]any{"code": code}, &out); err != nil || out.Node == nil {
		return storefront.Found{}, false, err
	}
	found, err := out.Node.found()
	return found, err == nil, err
}

// share writes basis points as the share of 1 that Shopify takes.
func share(b money.BasisPoints) json.Number {
	return json.Number(fmt.Sprintf("%d.%04d", b/money.OneHundredPercent, b%money.OneHundredPercent))
}

type payload struct {
	Node   *node       `json:"codeDiscountNode"`
	Errors []userError `json:"userErrors"`
}

// Create makes a code for every customer, on all goods.
func (s *Shop) Create(ctx context.Context, d storefront.Discount) (storefront.Found, error) {
	var out struct {
		Payload payload `json:"discountCodeBasicCreate"`
	}
	err := s.ask(ctx, `mutation($discount: DiscountCodeBasicInput!) {
		discountCodeBasicCreate(basicCodeDiscount: $discount) { codeDiscountNode { `+nodeFields+` } userErrors { code message } }
	}`, map[string]any{"discount": map[string]any{
		"title": d.Code, "code": d.Code, "startsAt": d.StartsAt.UTC(), "endsAt": d.EndsAt, "context": map[string]any{"all": "ALL"},
		"customerGets": map[string]any{"items": map[string]any{"all": true}, "value": map[string]any{"percentage": share(d.Percent)}},
	}}, &out)
	if err == nil {
		err = refusal(out.Payload.Errors)
	}
	if err == nil && out.Payload.Node == nil {
		err = &storefront.Problem{Trouble: storefront.Refused, Words: "Shopify made no code and does not say why."}
	}
	if err != nil {
		return storefront.Found{}, err
	}
	return out.Payload.Node.found()
}

// SetActive switches a code on or off. Shopify forgets a code's end when it switches it on again, so that the end is told anew.
func (s *Shop) SetActive(ctx context.Context, shopsID string, d storefront.Discount, active bool) error {
	field := "discountCodeDeactivate"
	if active {
		field = "discountCodeActivate"
	}
	var out map[string]payload
	if err := s.ask(ctx, `mutation($id: ID!) { `+field+`(id: $id) { codeDiscountNode { id } userErrors { code message } } }`,
		map[string]any{"id": shopsID}, &out); err != nil {
		return err
	}
	if err := refusal(out[field].Errors); err != nil || !active || d.EndsAt == nil {
		return err
	}
	if err := s.ask(ctx, `mutation($id: ID!, $discount: DiscountCodeBasicInput!) {
		discountCodeBasicUpdate(id: $id, basicCodeDiscount: $discount) { codeDiscountNode { id } userErrors { code message } }
	}`, map[string]any{"id": shopsID, "discount": map[string]any{"endsAt": d.EndsAt.UTC()}}, &out); err != nil {
		return err
	}
	return refusal(out["discountCodeBasicUpdate"].Errors)
}

// RegisterWebhooks makes the webhooks that are missing. Shopify signs them with the secret of the app that the access token belongs to.
func (s *Shop) RegisterWebhooks(ctx context.Context, h storefront.Hooks) (storefront.Hooked, error) {
	var present struct {
		Subscriptions struct {
			Nodes []struct{ Topic, URI string } `json:"nodes"`
		} `json:"webhookSubscriptions"`
	}
	names := make([]string, len(topics))
	for i, t := range topics {
		names[i] = t.enum
	}
	if err := s.ask(ctx, `query($first: Int!, $topics: [WebhookSubscriptionTopic!]) {
		webhookSubscriptions(first: $first, topics: $topics) { nodes { topic uri } }
	}`, map[string]any{"first": subscriptionsMax, "topics": names}, &present); err != nil {
		return storefront.Hooked{}, err
	}
	var out storefront.Hooked
	for _, t := range topics {
		there := slices.ContainsFunc(present.Subscriptions.Nodes, func(n struct{ Topic, URI string }) bool { return n.Topic == t.enum && n.URI == h.URL })
		if !there {
			var made struct {
				Payload struct {
					Errors []userError `json:"userErrors"`
				} `json:"webhookSubscriptionCreate"`
			}
			if err := s.ask(ctx, `mutation($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
				webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) { webhookSubscription { id } userErrors { message } }
			}`, map[string]any{"topic": t.enum, "subscription": map[string]any{"uri": h.URL, "format": "JSON"}}, &made); err != nil {
				return out, err
			}
			if err := refusal(made.Payload.Errors); err != nil {
				return out, err
			}
		}
		out.Topics = append(out.Topics, t.header)
	}
	return out, nil
}
