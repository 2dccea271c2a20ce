package ledger

import (
	"slices"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
)

// AccountKind is: what kind of account the ledger keeps. Numbers of the chart of accounts are in the guide. Spelled alike in Go, SQL and GraphQL.
type AccountKind string

// The values of AccountKind.
const (
	Funds               AccountKind = "FUNDS"                 // Spendable funds of the brand (1100).
	FundsPending        AccountKind = "FUNDS_PENDING"         // Funds announced (1110).
	FundsReserved       AccountKind = "FUNDS_RESERVED"        // Funds set aside for payouts on their way (1120).
	CreatorAdvance      AccountKind = "CREATOR_ADVANCE"       // Advances to creators (1200).
	Suspense            AccountKind = "SUSPENSE"              // Unexplained movements (1900).
	CreatorPending      AccountKind = "CREATOR_PENDING"       // Earned, return period running (2100).
	CreatorHeld         AccountKind = "CREATOR_HELD"          // Under review (2110).
	CreatorPayable      AccountKind = "CREATOR_PAYABLE"       // May be paid (2200).
	PayoutInTransit     AccountKind = "PAYOUT_IN_TRANSIT"     // On its way (2300).
	DueToOperator       AccountKind = "DUE_TO_OPERATOR"       // Credit drawn from the operator (2400).
	BrandTreasury       AccountKind = "BRAND_TREASURY"        // The brand's own bank (3100).
	FxClearing          AccountKind = "FX_CLEARING"           // Conversions (3200).
	CommissionExpense   AccountKind = "COMMISSION_EXPENSE"    // Commissions (5100).
	BonusExpense        AccountKind = "BONUS_EXPENSE"         // Bonuses (5110).
	ContentFeeExpense   AccountKind = "CONTENT_FEE_EXPENSE"   // Fees for content (5120).
	RevenueShareExpense AccountKind = "REVENUE_SHARE_EXPENSE" // Shares of revenue (5130).
	AdjustmentExpense   AccountKind = "ADJUSTMENT_EXPENSE"    // Adjustments (5140).
	ProviderFees        AccountKind = "PROVIDER_FEES"         // Stripe's fees (5200).
	ClawbackWriteOff    AccountKind = "CLAWBACK_WRITE_OFF"    // Debts given up (5300).
	OperatorFloat       AccountKind = "OPERATOR_FLOAT"        // The operator's float (8100).
	OperatorReceivable  AccountKind = "OPERATOR_RECEIVABLE"   // Credit given to brands (8200).
	OperatorTreasury    AccountKind = "OPERATOR_TREASURY"     // The operator's bank (8300).
	OperatorFees        AccountKind = "OPERATOR_FEES"         // Stripe's fees of no brand (8400).
)

// side is the sign of an account's normal balance: debits are positive.
type side int64

const (
	debit  side = 1
	credit side = -1
)

// rule is what the chart says about a kind of account.
type rule struct {
	kind     AccountKind
	operator bool // kept in the operator's book, not a brand's
	party    bool // has one account for each party
	normal   side // 0 where neither side is normal
	bounded  bool // may not cross zero
}

// chart lists the kinds in the order of their numbers.
var chart = []rule{
	{kind: Funds, normal: debit, bounded: true},
	{kind: FundsPending, normal: debit, bounded: true},
	{kind: FundsReserved, normal: debit, bounded: true},
	{kind: CreatorAdvance, party: true, normal: debit, bounded: true},
	{kind: Suspense, normal: debit},
	{kind: CreatorPending, party: true, normal: credit, bounded: true},
	{kind: CreatorHeld, party: true, normal: credit, bounded: true},
	{kind: CreatorPayable, party: true, normal: credit},
	{kind: PayoutInTransit, party: true, normal: credit, bounded: true},
	{kind: DueToOperator, normal: credit, bounded: true},
	{kind: BrandTreasury},
	{kind: FxClearing},
	{kind: CommissionExpense, normal: debit},
	{kind: BonusExpense, normal: debit},
	{kind: ContentFeeExpense, normal: debit},
	{kind: RevenueShareExpense, normal: debit},
	{kind: AdjustmentExpense, normal: debit},
	{kind: ProviderFees, normal: debit},
	{kind: ClawbackWriteOff, normal: debit},
	{kind: OperatorFloat, operator: true, normal: debit, bounded: true},
	{kind: OperatorReceivable, operator: true, party: true, normal: debit, bounded: true},
	{kind: OperatorTreasury, operator: true},
	{kind: OperatorFees, operator: true, normal: debit},
}

// AccountKinds lists every kind of account in the order of the chart.
func AccountKinds() []AccountKind {
	kinds := make([]AccountKind, len(chart))
	for i, r := range chart {
		kinds[i] = r.kind
	}
	return kinds
}

func ruleOf(kind AccountKind) (rule, bool) {
	i := slices.IndexFunc(chart, func(r rule) bool { return r.kind == kind })
	if i < 0 {
		return rule{}, false
	}
	return chart[i], true
}

// BoundedKinds lists the kinds whose accounts may not cross zero, with +1 where debit is their normal side and -1 where
// credit is.
func BoundedKinds() map[AccountKind]int64 {
	out := map[AccountKind]int64{}
	for _, r := range chart {
		if r.bounded {
			out[r.kind] = int64(r.normal)
		}
	}
	return out
}

// drawn are the accounts that many postings of a book draw on at once; they are changed under one lock for each book and
// currency, so that two draws never spend the same money.
func drawn(kind AccountKind) bool { return kind == Funds || kind == OperatorFloat }

// Account names one account of the deployment's mode. It is comparable.
type Account struct {
	Brand    uuid.UUID // whose book; the zero UUID is the operator's
	Kind     AccountKind
	Party    uuid.UUID // the creator, or in the operator's book the brand; the zero UUID where the kind has no party
	Currency money.Currency
}

// accountSpace is the name space of account ids, so that the id of an account follows from what it is.
var accountSpace = uuid.MustParse("6b1f1a52-6d0e-5d0c-9a44-0f5f6b3b0a11")

// accountID derives the id of an account of a mode.
func accountID(a Account, mode Mode) uuid.UUID {
	key := make([]byte, 0, 96)
	key = append(key, a.Brand[:]...)
	key = append(key, a.Party[:]...)
	key = append(key, a.Kind...)
	key = append(key, '|')
	key = append(key, a.Currency...)
	key = append(key, '|')
	key = append(key, mode...)
	return uuid.NewSHA1(accountSpace, key)
}
