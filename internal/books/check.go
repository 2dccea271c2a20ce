package books

import (
	"fmt"
	"slices"
	"strings"

	"tributary/internal/ledger"
)

// inFlight are the states of a payout that is reserved in the ledger and not finished; drawn are those whose reservation stands
// on the creator's payable account.
const (
	inFlight = `('RESERVED', 'SENDING', 'UNKNOWN', 'WAITING', 'EXPORTED')`
	drawn    = `('RESERVED', 'SENDING', 'UNKNOWN', 'WAITING', 'EXPORTED', 'PAID', 'PARTLY_REVERSED', 'REVERSED')`
)

// party sums one kind of account by brand, creator and currency, on its normal side (credit).
func party(kind ledger.AccountKind) string {
	return `SELECT a.brand_id, a.party_id AS creator_id, a.currency, -sum(e.amount_minor)::bigint AS minor
FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id WHERE a.kind = '` + string(kind) + `' GROUP BY 1, 2, 3`
}

// equal compares two queries of (brand_id, creator_id, currency, minor), a missing row counting as zero.
func equal(subject, expected, actual string) string {
	return `SELECT '` + subject + ` of creator ' || coalesce(x.creator_id, y.creator_id) || ' at brand ' || coalesce(x.brand_id, y.brand_id),
  coalesce(x.minor, 0), coalesce(y.minor, 0), coalesce(x.currency, y.currency)
FROM (` + expected + `) x FULL JOIN (` + actual + `) y USING (brand_id, creator_id, currency)
WHERE coalesce(x.minor, 0) <> coalesce(y.minor, 0) LIMIT $1`
}

func commissionsIn(status string) string {
	return `SELECT brand_id, creator_id, currency, sum(posted_minor)::bigint AS minor FROM commission WHERE status = '` + status + `' GROUP BY 1, 2, 3`
}

// outOfBounds finds accounts on the wrong side of zero. Funds and the operator's float may be there by a reversed top-up or a
// fee, which shows as an alarm of its own.
func outOfBounds() string {
	var conditions []string
	for kind, normal := range ledger.BoundedKinds() {
		if kind == ledger.Funds || kind == ledger.OperatorFloat {
			continue
		}
		conditions = append(conditions, fmt.Sprintf("(a.kind = '%s' AND sum(e.amount_minor) * %d < 0)", kind, normal))
	}
	slices.Sort(conditions)
	return `SELECT a.kind || ' of ' || coalesce(a.party_id::text, 'brand ' || a.brand_id, 'the operator'), 0, sum(e.amount_minor)::bigint, a.currency
FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id GROUP BY a.id HAVING ` + strings.Join(conditions, " OR ") + ` LIMIT $1`
}

// checks are the identities that SQL alone can prove.
var checks = []check{
	{identity: "I1", sentence: "A posting sums to zero in each book and currency.", query: `
SELECT 'posting ' || e.transaction_id, 0, sum(e.amount_minor)::bigint, e.currency
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
GROUP BY e.transaction_id, a.brand_id, e.currency HAVING sum(e.amount_minor) <> 0 LIMIT $1`},
	{identity: "I1", sentence: "A posting has two entries at least.", query: `
SELECT 'posting ' || t.id, 2, count(e.id), '' FROM ledger_transaction t LEFT JOIN ledger_entry e ON e.transaction_id = t.id
GROUP BY t.id HAVING count(e.id) < 2 LIMIT $1`},
	{identity: "RULE", sentence: "An entry is in its account's currency and mode.", query: `
SELECT 'entry ' || e.id, 0, e.amount_minor, e.currency FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
JOIN ledger_transaction t ON t.id = e.transaction_id WHERE a.currency <> e.currency OR a.mode <> t.mode LIMIT $1`},
	{identity: "RULE", sentence: "All money of a database is of one mode.", query: `
SELECT 'mode ' || t.mode, 0, count(*), '' FROM ledger_transaction t
WHERE t.mode IS DISTINCT FROM (SELECT value FROM setting WHERE name = 'mode') GROUP BY t.mode LIMIT $1`},
	{identity: "RULE", sentence: "This account may not cross zero.", query: outOfBounds()},
	{identity: "I2", sentence: "Pending balances are the sum of pending commissions.",
		query: equal("pending balance", commissionsIn("PENDING"), party(ledger.CreatorPending))},
	{identity: "I2", sentence: "Held balances are the sum of commissions under review.",
		query: equal("held balance", commissionsIn("HELD"), party(ledger.CreatorHeld))},
	{identity: "I3", sentence: "What is on its way is the sum of payouts in flight.", query: equal("balance on its way",
		`SELECT brand_id, creator_id, currency, sum(amount_minor)::bigint AS minor FROM payout WHERE status IN `+inFlight+` GROUP BY 1, 2, 3`,
		party(ledger.PayoutInTransit))},
	{identity: "I3", sentence: "Reserved funds are the sum of Stripe payouts in flight.", query: `
SELECT 'reserved funds of brand ' || brand_id, coalesce(x.minor, 0), coalesce(y.minor, 0), currency
FROM (SELECT brand_id, currency, sum(amount_minor)::bigint AS minor FROM payout WHERE method = 'STRIPE' AND status IN ` + inFlight + ` GROUP BY 1, 2) x
FULL JOIN (SELECT a.brand_id, a.currency, sum(e.amount_minor)::bigint AS minor FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
  WHERE a.kind = 'FUNDS_RESERVED' GROUP BY 1, 2) y USING (brand_id, currency)
WHERE coalesce(x.minor, 0) <> coalesce(y.minor, 0) LIMIT $1`},
	{identity: "I4", sentence: "Payable balances are payable items without the lines of payouts that drew on them.", query: equal("payable balance",
		`SELECT brand_id, creator_id, currency, sum(minor)::bigint AS minor FROM (
  SELECT brand_id, creator_id, currency, amount_minor AS minor FROM (`+ledger.ItemsSQL+`) i
  UNION ALL
  SELECT p.brand_id, p.creator_id, p.currency, -l.amount_minor FROM payout_line l JOIN payout p ON p.id = l.payout_id
  WHERE l.live AND p.status IN `+drawn+`) u GROUP BY 1, 2, 3`,
		party(ledger.CreatorPayable))},
	{identity: "I4", sentence: "The lines of a payout sum to its amount.", query: `
SELECT 'payout ' || p.id, p.amount_minor, coalesce(sum(l.amount_minor), 0)::bigint, p.currency
FROM payout p LEFT JOIN payout_line l ON l.payout_id = p.id AND l.live WHERE p.status IN ` + drawn + `
GROUP BY p.id HAVING p.amount_minor <> coalesce(sum(l.amount_minor), 0) LIMIT $1`},
	{identity: "I5", sentence: "A payout is settled in the ledger exactly when it is paid.", query: `
SELECT 'payout ' || p.id, (p.status IN ('PAID', 'PARTLY_REVERSED', 'REVERSED'))::int, (t.id IS NOT NULL)::int, p.currency
FROM payout p LEFT JOIN ledger_transaction t ON t.reference = 'payout:' || p.id || ':settle'
WHERE (p.status IN ('PAID', 'PARTLY_REVERSED', 'REVERSED')) <> (t.id IS NOT NULL) LIMIT $1`},
	{identity: "I7", sentence: "The expense of a commission is what the commission says is posted.", query: `
SELECT 'commission ' || c.id, c.posted_minor, coalesce(x.minor, 0), c.currency
FROM commission c LEFT JOIN (
  SELECT e.commission_id, sum(e.amount_minor)::bigint AS minor FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
  WHERE e.commission_id IS NOT NULL AND a.kind IN ('COMMISSION_EXPENSE', 'BONUS_EXPENSE', 'CONTENT_FEE_EXPENSE', 'REVENUE_SHARE_EXPENSE',
    'ADJUSTMENT_EXPENSE')
  GROUP BY 1) x ON x.commission_id = c.id
WHERE c.posted_minor <> coalesce(x.minor, 0) LIMIT $1`},
	{identity: "I7", sentence: "A commission is worth what is posted for it, and one that waits has nothing posted.", query: `
SELECT 'commission ' || id, amount_minor, posted_minor, currency FROM commission
WHERE (status = 'WAITING' AND posted_minor <> 0) OR (status <> 'WAITING' AND amount_minor <> posted_minor)
  OR (status IN ('REVERSED', 'VOID') AND posted_minor <> 0) OR (status IN ('PENDING', 'HELD') AND posted_minor = 0) LIMIT $1`},
	{identity: "I2", sentence: "A commission is under review exactly while a hold of it is open.", query: `
SELECT 'commission ' || c.id, (c.status = 'HELD')::int, count(h.id), '' FROM commission c LEFT JOIN hold h ON h.commission_id = c.id AND h.status = 'OPEN'
GROUP BY c.id HAVING (c.status = 'HELD')::int <> count(h.id) LIMIT $1`},
	{identity: "I8", sentence: "A payout has been on its way for more than a day.", stuck: true, query: `
SELECT 'payout ' || id, 0, amount_minor, currency FROM payout WHERE status IN ('RESERVED', 'SENDING', 'UNKNOWN') AND updated_at < $2 LIMIT $1`},
}
