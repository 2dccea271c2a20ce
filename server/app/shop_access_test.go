package app

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/testdb"
)

func TestAShopThatIsConnectedWithCredentialsGetsTheCodesOfCreators(t *testing.T) {
	t.Parallel()
	m := openMarket(t)
	s := m.openShop()
	p := s.join()
	const token = "shpat_of_the_shop"
	integration := m.change(s.owner, "connectIntegration", "integration", vars{"brandId": s.brand.String(), "kind": "SHOPIFY", "store": "one.myshopify.test",
		"secret": "a secret of the shop", "credentials": vars{"secret": token}})
	code := m.change(p.person, "createCode", "code", vars{"partnershipId": p.partnership.String(), "code": "MAYA15", "discount": 1500})
	a := m.ask(s.owner, `query($i: ID!, $c: ID!) {
		shop: node(id: $i) { ... on Integration { shopAccess { state reason webhookTopics checkedAt } } }
		code: node(id: $c) { ... on Code { shopState shops { kind store state reason } } }
	}`, vars{"i": integration.String(), "c": code.String()})
	require.Empty(t, a.Errors)
	require.JSONEq(t, `{"shopAccess": {"state": "CHECKING", "reason": "", "webhookTopics": [], "checkedAt": null}}`, string(a.Data["shop"]))
	require.JSONEq(t, `{"shopState": "CREATING", "shops": [{"kind": "SHOPIFY", "store": "one.myshopify.test", "state": "CREATING", "reason": ""}]}`, string(a.Data["code"]))

	// A job waits for each, and nothing that is stored or logged shows the token.
	rows, err := m.db.SQL.QueryContext(testdb.Context(t), `SELECT kind FROM river_job WHERE kind LIKE 'storefront_%' AND queue = 'outbound' ORDER BY kind`)
	require.NoError(t, err)
	defer rows.Close()
	var kinds []string
	for rows.Next() {
		var kind string
		require.NoError(t, rows.Scan(&kind))
		kinds = append(kinds, kind)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, []string{"storefront_access", "storefront_code", "storefront_program"}, kinds, "the last is of the program's opening")
	for _, table := range []string{"shop_access", "audit_log", "river_job"} {
		var shown bool
		require.NoError(t, m.db.SQL.QueryRowContext(testdb.Context(t), fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %s t WHERE t::text LIKE '%%' || $1 || '%%')`, table), token).Scan(&shown))
		require.False(t, shown, table)
	}

	var refused struct {
		UserErrors []struct {
			Code  string
			Field []string
		}
	}
	a = m.ask(s.owner, `mutation($input: SetShopCredentialsInput!) { setShopCredentials(input: $input) { integration { id } userErrors { code field } } }`,
		input(vars{"integrationId": integration.String(), "credentials": vars{"secret": "short"}}))
	require.Empty(t, a.Errors)
	require.NoError(t, json.Unmarshal(a.Data["setShopCredentials"], &refused))
	require.Equal(t, "BAD_FORMAT", refused.UserErrors[0].Code)
	require.Equal(t, []string{"credentials", "secret"}, refused.UserErrors[0].Field)
}
