package ledger

// Mode is: how real the money is that this deployment moves. Spelled alike in Go, SQL and GraphQL.
type Mode string

// The values of Mode.
const (
	ModeSandbox Mode = "SANDBOX" // Stripe is played by the built-in sandbox; no real money moves.
	ModeTest    Mode = "TEST"    // Stripe's test mode; no real money moves.
	ModeLive    Mode = "LIVE"    // Real money moves.
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
