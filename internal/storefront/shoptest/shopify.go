package shoptest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// ShopifyToken is what the Shopify shop takes.
const ShopifyToken = "shpat_of_a_test"

// NewShopify starts a Shopify shop. It reads operations as GraphQL does and answers the fields that storefront/shopify asks for.
func NewShopify(t testing.TB) *Shop {
	t.Helper()
	return newShop(t, "one."+Domain, true, shopify)
}

const gid = "gid://shopify/DiscountCodeNode/"

func shopify(s *Shop, w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/admin/api/2026-10/graphql.json" || r.Method != http.MethodPost {
		write(w, http.StatusNotFound, map[string]any{"errors": "Not Found"})
		return
	}
	if r.Header.Get("X-Shopify-Access-Token") != ShopifyToken || s.denied {
		write(w, http.StatusUnauthorized, map[string]any{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"})
		return
	}
	var in struct {
		Query     string
		Variables map[string]json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		write(w, http.StatusBadRequest, map[string]any{"errors": "Bad Request"})
		return
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: in.Query})
	if err != nil || len(doc.Operations) != 1 || len(doc.Operations[0].SelectionSet) != 1 {
		write(w, http.StatusOK, map[string]any{"errors": []any{map[string]any{"message": "syntax error"}}})
		return
	}
	field := doc.Operations[0].SelectionSet[0].(*ast.Field).Name
	answer, no := shopifyField(s, field, in.Variables)
	if no != nil {
		write(w, http.StatusOK, map[string]any{"errors": []any{no}})
		return
	}
	write(w, http.StatusOK, map[string]any{"data": map[string]any{field: answer}})
}

func text(raw json.RawMessage) (out string) {
	_ = json.Unmarshal(raw, &out)
	return out
}

func (s *Shop) shopifyNode(c *Code) any {
	if c == nil {
		return nil
	}
	status, ends := "ACTIVE", any(nil)
	if !c.Active {
		status = "EXPIRED"
	}
	if c.EndsAt != "" {
		ends = c.EndsAt
	}
	value := map[string]any{}
	if c.Percent != "" {
		value["percentage"] = json.Number(c.Percent)
	}
	return map[string]any{"id": gid + c.ID, "codeDiscount": map[string]any{"status": status, "endsAt": ends, "customerGets": map[string]any{"value": value}}}
}

func shopifyField(s *Shop, field string, v map[string]json.RawMessage) (answer any, no map[string]any) {
	refuse := func(code, message string) any {
		return map[string]any{"codeDiscountNode": nil, "userErrors": []any{map[string]any{"code": code, "message": message}}}
	}
	byID := func() *Code { return s.find(func(c *Code) bool { return gid+c.ID == text(v["id"]) }) }
	done := func(c *Code) any { return map[string]any{"codeDiscountNode": s.shopifyNode(c), "userErrors": []any{}} }
	var in struct {
		Title, Code string
		StartsAt    string
		EndsAt      *string
		Context     struct{ All string }
		Gets        struct {
			Items struct{ All bool }
			Value struct{ Percentage json.Number }
		} `json:"customerGets"`
	}
	_ = json.Unmarshal(v["discount"], &in)
	switch field {
	case "currentAppInstallation":
		return map[string]any{"accessScopes": []any{map[string]any{"handle": "write_discounts"}, map[string]any{"handle": "read_orders"}}}, nil
	case "codeDiscountNodeByCode":
		return s.shopifyNode(s.find(func(c *Code) bool { return strings.EqualFold(c.Code, text(v["code"])) })), nil
	case "discountCodeBasicCreate":
		share, err := in.Gets.Value.Percentage.Float64()
		switch {
		case in.Title == "" || in.Code == "" || in.StartsAt == "" || in.Context.All != "ALL" || !in.Gets.Items.All:
			return refuse("BLANK", "Required fields are missing"), nil
		case err != nil || share <= 0 || share > 1:
			return refuse("INVALID", "Value must be between 0.0 and 1.0"), nil
		case s.find(func(c *Code) bool { return strings.EqualFold(c.Code, in.Code) }) != nil:
			return refuse("TAKEN", "Code must be unique. Please try a different code."), nil
		}
		made := &Code{ID: s.number(), Code: in.Code, Percent: in.Gets.Value.Percentage.String(), Active: true}
		if in.EndsAt != nil {
			made.EndsAt = *in.EndsAt
		}
		s.codes = append(s.codes, made)
		return done(made), nil
	case "discountCodeDeactivate", "discountCodeActivate", "discountCodeBasicUpdate":
		c := byID()
		if c == nil {
			return refuse("NOT_FOUND", "Discount does not exist"), nil
		}
		switch field {
		case "discountCodeDeactivate": // ends now
			c.Active, c.EndsAt = false, s.now().Format("2006-01-02T15:04:05Z")
		case "discountCodeActivate": // an end that is over is forgotten
			c.Active, c.EndsAt = true, ""
		default:
			if in.EndsAt != nil {
				c.EndsAt = *in.EndsAt
			}
		}
		return done(c), nil
	case "webhookSubscriptions":
		nodes := []any{}
		for _, h := range s.webhooks {
			nodes = append(nodes, map[string]any{"topic": h.Topic, "uri": h.URL})
		}
		return map[string]any{"nodes": nodes}, nil
	case "webhookSubscriptionCreate":
		var sub struct{ URI, Format string }
		_ = json.Unmarshal(v["subscription"], &sub)
		for _, h := range s.webhooks {
			if h.Topic == text(v["topic"]) && h.URL == sub.URI {
				return map[string]any{"webhookSubscription": nil, "userErrors": []any{map[string]any{"message": "Address for this topic has already been taken"}}}, nil
			}
		}
		made := &Webhook{ID: s.number(), Topic: text(v["topic"]), URL: sub.URI}
		s.webhooks = append(s.webhooks, made)
		return map[string]any{"webhookSubscription": map[string]any{"id": made.ID}, "userErrors": []any{}}, nil
	}
	return nil, map[string]any{"message": "Field '" + field + "' doesn't exist", "extensions": map[string]any{"code": "undefinedField"}}
}
