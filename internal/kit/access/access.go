// Package access decides, without any database, whether a viewer may do an action. It is the first line of each service
// operation. The table follows money.md section 7 of the product's design: what somebody may not even see is NOT_FOUND, what
// they may see but not do is FORBIDDEN.
package access

import (
	"github.com/google/uuid"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/viewer"
)

// Action is something that a member or an app does in a brand.
type Action string

// The actions, grouped as in the permission table.
const (
	ReadBrand         Action = "READ_BRAND"
	ManageBrand       Action = "MANAGE_BRAND"
	ManageMembers     Action = "MANAGE_MEMBERS"
	ManageKeys        Action = "MANAGE_KEYS"
	ReadAudit         Action = "READ_AUDIT"
	ReadPrograms      Action = "READ_PROGRAMS"
	WritePrograms     Action = "WRITE_PROGRAMS"
	ReadCreators      Action = "READ_CREATORS"
	WriteCreators     Action = "WRITE_CREATORS"
	ReadTracking      Action = "READ_TRACKING"
	WriteTracking     Action = "WRITE_TRACKING"
	ReadOrders        Action = "READ_ORDERS"
	ReadCustomers     Action = "READ_CUSTOMERS"
	WriteOrders       Action = "WRITE_ORDERS"
	ReadHolds         Action = "READ_HOLDS"
	OpenHold          Action = "OPEN_HOLD"
	DecideHold        Action = "DECIDE_HOLD"
	ReadClaims        Action = "READ_CLAIMS"
	AnswerClaim       Action = "ANSWER_CLAIM"
	ReassignSale      Action = "REASSIGN_SALE"
	ReassignPaidSale  Action = "REASSIGN_PAID_SALE"
	ConfirmSale       Action = "CONFIRM_SALE" // to whom another person gives one that can be paid
	ReadSuggestions   Action = "READ_SUGGESTIONS"
	ResolveSurvey     Action = "RESOLVE_SURVEY"
	ReadLedger        Action = "READ_LEDGER"
	ReadFunds         Action = "READ_FUNDS"
	WriteFunds        Action = "WRITE_FUNDS"
	ReadPayouts       Action = "READ_PAYOUTS"
	PreparePayouts    Action = "PREPARE_PAYOUTS"
	ApprovePayouts    Action = "APPROVE_PAYOUTS"
	SendPayouts       Action = "SEND_PAYOUTS"
	ReadOutreach      Action = "READ_OUTREACH"
	WriteOutreach     Action = "WRITE_OUTREACH"
	ReadPerformance   Action = "READ_PERFORMANCE"
	ManageIntegration Action = "MANAGE_INTEGRATION"
)

type rule struct {
	roles []viewer.Role
	scope viewer.Scope // "" = never an app
}

var (
	everyRole  = []viewer.Role{viewer.Owner, viewer.Manager, viewer.Analyst, viewer.Finance}
	staff      = []viewer.Role{viewer.Owner, viewer.Manager, viewer.Analyst}
	builders   = []viewer.Role{viewer.Owner, viewer.Manager}
	moneyRoles = []viewer.Role{viewer.Owner, viewer.Finance}
	finance    = []viewer.Role{viewer.Finance}
	owner      = []viewer.Role{viewer.Owner}
)

// rules is the permission table. An action without a row is refused.
var rules = map[Action]rule{
	ReadBrand:         {everyRole, viewer.ReadPrograms},
	ManageBrand:       {owner, ""},
	ManageMembers:     {owner, ""},
	ManageKeys:        {builders, ""},
	ReadAudit:         {moneyRoles, ""},
	ReadPrograms:      {everyRole, viewer.ReadPrograms},
	WritePrograms:     {builders, viewer.WritePrograms},
	ReadCreators:      {everyRole, viewer.WriteCreators},
	WriteCreators:     {builders, viewer.WriteCreators},
	ReadTracking:      {everyRole, viewer.WriteTracking},
	WriteTracking:     {builders, viewer.WriteTracking},
	ReadOrders:        {everyRole, viewer.ReadOrders},
	ReadCustomers:     {[]viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance}, viewer.ReadOrders},
	WriteOrders:       {builders, viewer.WriteOrders},
	ReadHolds:         {[]viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance}, ""},
	OpenHold:          {[]viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance}, ""},
	DecideHold:        {moneyRoles, ""},
	ReadClaims:        {[]viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance}, ""},
	AnswerClaim:       {builders, ""},
	ReassignSale:      {builders, ""},
	ReassignPaidSale:  {owner, ""},
	ConfirmSale:       {moneyRoles, ""},
	ReadSuggestions:   {[]viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance}, ""},
	ResolveSurvey:     {builders, ""},
	ReadLedger:        {moneyRoles, viewer.ReadLedger},
	ReadFunds:         {[]viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance}, ""},
	WriteFunds:        {finance, ""},
	ReadPayouts:       {moneyRoles, ""},
	PreparePayouts:    {finance, ""},
	ApprovePayouts:    {moneyRoles, ""},
	SendPayouts:       {finance, ""},
	ReadOutreach:      {staff, viewer.WriteOutreach},
	WriteOutreach:     {builders, viewer.WriteOutreach},
	ReadPerformance:   {everyRole, viewer.ReadPerformance},
	ManageIntegration: {builders, ""},
}

// errSignIn is the answer to nobody.
func errSignIn() error {
	return fault.New(fault.Unauthenticated, "UNAUTHENTICATED", "Sign in to do this.")
}

// errForbidden is the answer to somebody who may see but not do.
func errForbidden() error {
	return fault.New(fault.Forbidden, "FORBIDDEN", "Your role does not allow this.")
}

// Brand checks an action in a brand. Faults: UNAUTHENTICATED; NOT_FOUND when the viewer has nothing to do with the brand;
// FORBIDDEN when the roles or scopes do not allow it.
func Brand(v viewer.Viewer, a Action, brand uuid.UUID) error {
	if v.IsSystem() {
		return nil
	}
	r, known := rules[a]
	switch v.Kind {
	case viewer.User:
		m, ok := v.In(brand)
		if !ok {
			return fault.Missing("brand")
		}
		if known && m.Has(r.roles...) {
			return nil
		}
		return errForbidden()
	case viewer.App:
		if v.BrandID != brand {
			return fault.Missing("brand")
		}
		if known && r.scope != "" && v.HasScope(r.scope) {
			return nil
		}
		return errForbidden()
	default:
		return errSignIn()
	}
}

// Brands gives the brands in which the viewer may do the action, for lists that span brands; all is true for the system.
func Brands(v viewer.Viewer, a Action) (brands []uuid.UUID, all bool) {
	if v.IsSystem() {
		return nil, true
	}
	for _, m := range v.Memberships {
		if m.Has(rules[a].roles...) {
			brands = append(brands, m.BrandID)
		}
	}
	if v.Kind == viewer.App && rules[a].scope != "" && v.HasScope(rules[a].scope) {
		brands = append(brands, v.BrandID)
	}
	return brands, false
}

// SignedIn asks for a user or an app.
func SignedIn(v viewer.Viewer) error {
	if v.SignedIn() || v.IsSystem() {
		return nil
	}
	return errSignIn()
}

// User asks for a signed-in person and gives their id. Apps are refused.
func User(v viewer.Viewer) (uuid.UUID, error) {
	switch v.Kind {
	case viewer.User:
		return v.UserID, nil
	case viewer.App:
		return uuid.Nil, errForbidden()
	default:
		return uuid.Nil, errSignIn()
	}
}

// Creator asks for a person with a creator profile and gives the profile's id. Others are told that they have none.
func Creator(v viewer.Viewer) (uuid.UUID, error) {
	if _, err := User(v); err != nil {
		return uuid.Nil, err
	}
	if v.CreatorID == uuid.Nil {
		return uuid.Nil, fault.New(fault.Forbidden, "NO_CREATOR_PROFILE", "You have no creator profile yet.")
	}
	return v.CreatorID, nil
}

// OwnCreator checks that the viewer is this creator. Others read NOT_FOUND for the noun.
func OwnCreator(v viewer.Viewer, creator uuid.UUID, noun string) error {
	if v.IsSystem() {
		return nil
	}
	if _, err := User(v); err != nil {
		return err
	}
	if v.CreatorID == uuid.Nil || v.CreatorID != creator {
		return fault.Missing(noun)
	}
	return nil
}

// Either checks that the viewer is the creator concerned or may do the action in the brand; the noun reads NOT_FOUND otherwise.
func Either(v viewer.Viewer, creator uuid.UUID, a Action, brand uuid.UUID, noun string) error {
	if v.CreatorID != uuid.Nil && v.CreatorID == creator && v.Kind == viewer.User {
		return nil
	}
	err := Brand(v, a, brand)
	if fault.Is(err, fault.NotFound) {
		return fault.Missing(noun)
	}
	return err
}

// Noun turns the NOT_FOUND of a brand check into one for the object that was asked for.
func Noun(err error, noun string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Missing(noun)
	}
	return err
}

// Admin asks for the operator.
func Admin(v viewer.Viewer) error {
	if v.IsSystem() || v.Kind == viewer.User && v.Admin {
		return nil
	}
	if !v.SignedIn() {
		return errSignIn()
	}
	return errForbidden()
}
