// Package connection names the pages of lists, so that the generated code can refer to them.
package connection

import (
	"tributary/internal/auditlog"
	"tributary/internal/brand"
	"tributary/internal/commission"
	"tributary/internal/content"
	"tributary/internal/creator"
	"tributary/internal/fraud"
	"tributary/internal/identity"
	"tributary/internal/inbox"
	"tributary/internal/kit/page"
	"tributary/internal/ledger"
	"tributary/internal/order"
	"tributary/internal/outreach"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
	"tributary/internal/review"
	"tributary/internal/sale"
	"tributary/internal/tracking"
)

// A connection is a page, an edge one of its rows.
type (
	MembershipConnection            = page.Connection[identity.Membership]
	MembershipEdge                  = page.Edge[identity.Membership]
	ApiKeyConnection                = page.Connection[identity.APIKey]
	ApiKeyEdge                      = page.Edge[identity.APIKey]
	BrandConnection                 = page.Connection[brand.Brand]
	BrandEdge                       = page.Edge[brand.Brand]
	ProgramConnection               = page.Connection[program.Program]
	ProgramEdge                     = page.Edge[program.Program]
	ResourceConnection              = page.Connection[program.Resource]
	ResourceEdge                    = page.Edge[program.Resource]
	CreatorConnection               = page.Connection[creator.Creator]
	CreatorEdge                     = page.Edge[creator.Creator]
	ApplicationConnection           = page.Connection[partnership.Application]
	ApplicationEdge                 = page.Edge[partnership.Application]
	PartnershipConnection           = page.Connection[partnership.Partnership]
	PartnershipEdge                 = page.Edge[partnership.Partnership]
	LinkConnection                  = page.Connection[tracking.Link]
	LinkEdge                        = page.Edge[tracking.Link]
	CodeConnection                  = page.Connection[tracking.Code]
	CodeEdge                        = page.Edge[tracking.Code]
	OrderConnection                 = page.Connection[order.Order]
	OrderEdge                       = page.Edge[order.Order]
	AttributionSuggestionConnection = page.Connection[sale.Suggestion]
	AttributionSuggestionEdge       = page.Edge[sale.Suggestion]
	SurveyAnswerConnection          = page.Connection[sale.SurveyAnswer]
	SurveyAnswerEdge                = page.Edge[sale.SurveyAnswer]
	ClaimConnection                 = page.Connection[sale.Claim]
	ClaimEdge                       = page.Edge[sale.Claim]
	HoldConnection                  = page.Connection[fraud.Hold]
	HoldEdge                        = page.Edge[fraud.Hold]
	CustomerBindingConnection       = page.Connection[sale.Binding]
	CustomerBindingEdge             = page.Edge[sale.Binding]
	PolicyReplayConnection          = page.Connection[sale.Replay]
	PolicyReplayEdge                = page.Edge[sale.Replay]
	CommissionConnection            = page.Connection[commission.Commission]
	CommissionEdge                  = page.Edge[commission.Commission]
	LedgerTransactionConnection     = page.Connection[ledger.Transaction]
	LedgerTransactionEdge           = page.Edge[ledger.Transaction]
	PayoutConnection                = page.Connection[payout.Payout]
	PayoutEdge                      = page.Edge[payout.Payout]
	PayoutRunConnection             = page.Connection[payout.Run]
	PayoutRunEdge                   = page.Edge[payout.Run]
	ProspectConnection              = page.Connection[outreach.Prospect]
	ProspectEdge                    = page.Edge[outreach.Prospect]
	ProspectEventConnection         = page.Connection[outreach.Event]
	ProspectEventEdge               = page.Edge[outreach.Event]
	PostConnection                  = page.Connection[content.Post]
	PostEdge                        = page.Edge[content.Post]
	ReviewConnection                = page.Connection[review.Review]
	ReviewEdge                      = page.Edge[review.Review]
	ExperimentConnection            = page.Connection[review.Experiment]
	ExperimentEdge                  = page.Edge[review.Experiment]
	IntegrationConnection           = page.Connection[brand.Integration]
	IntegrationEdge                 = page.Edge[brand.Integration]
	InboundDeliveryConnection       = page.Connection[inbox.Received]
	InboundDeliveryEdge             = page.Edge[inbox.Received]
	OrderImportConnection           = page.Connection[sale.OrderImport]
	OrderImportEdge                 = page.Edge[sale.OrderImport]
	AuditEntryConnection            = page.Connection[auditlog.Entry]
	AuditEntryEdge                  = page.Edge[auditlog.Entry]
)
