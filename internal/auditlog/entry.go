package auditlog

import (
	"strings"
	"time"

	"tributary/internal/kit/id"
)

// Entry is who did what.
type Entry struct {
	ID         id.ID     // prefix aud
	Action     string    // what was done, for example PAYOUT_RUN_APPROVED
	ActorName  string    // a person's name, a key's name, or the program itself
	ObjectKind string    // sort of object
	ObjectID   *id.ID    // id of the object, nil when it has none outside
	Sentence   string    // what was done in words
	CreatedAt  time.Time // when
}

// IsNode marks Entry as refetchable by id.
func (Entry) IsNode() {}

// kindsOfObjects gives the prefix of the outside id for the sorts of objects that deeds name. A sort that is missing has no id
// outside.
var kindsOfObjects = map[string]id.Kind{
	"USER": id.User, "SESSION": id.Session, "MEMBERSHIP": id.Membership, "INVITATION": id.Invitation, "API_KEY": id.APIKey,
	"BRAND": id.Brand, "BRAND_DOMAIN": id.BrandDomain, "INTEGRATION": id.Integration, "POLICY": id.Policy,
	"ATTRIBUTION_POLICY": id.Policy, "PROGRAM": id.Program, "OFFER": id.Offer, "TERMS": id.Terms, "RESOURCE": id.Resource,
	"CREATOR": id.Creator, "SOCIAL_ACCOUNT": id.SocialAccount, "APPLICATION": id.Application, "PARTNERSHIP": id.Partnership,
	"LINK": id.Link, "CODE": id.Code, "CLICK": id.Click, "ORDER": id.Order, "REFUND": id.Refund, "DECISION": id.Decision,
	"COMMISSION": id.Commission, "HOLD": id.Hold, "TRANSACTION": id.Transaction, "LEDGER_TRANSACTION": id.Transaction,
	"ACCOUNT": id.Account, "PAYOUT_ACCOUNT": id.PayoutAccount, "PAYOUT_RUN": id.PayoutRun, "PAYOUT": id.Payout,
	"FUNDING": id.Funding, "PROSPECT": id.Prospect, "POST": id.Post, "REVIEW": id.Review, "EXPERIMENT": id.Experiment,
	"CLAIM": id.Claim, "FINDING": id.Finding, "POLICY_REPLAY": id.Replay, "DELIVERY": id.Delivery, "ORDER_IMPORT": id.OrderImport,
}

// words turns PAYOUT_RUN_APPROVED into "Payout run approved."
func words(action string) string {
	if action == "" {
		return ""
	}
	s := strings.ToLower(strings.ReplaceAll(action, "_", " "))
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
