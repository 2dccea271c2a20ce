package sale_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/sale"
)

const columns = "order_id,name,placed_at,currency,total,net,codes,customer_email,refunded\n"

// dated puts days before the world's present in for D1 (the oldest) to D3.
func (w *world) dated(file string) string {
	for i, mark := range []string{"D3", "D2", "D1"} {
		file = strings.ReplaceAll(file, mark, w.clock.Now().Add(-time.Duration(i+1)*day).Format(time.RFC3339))
	}
	return file
}

// upload sends a file in parts of some bytes.
func (w *world) upload(body string, size int) sale.OrderImport {
	w.t.Helper()
	var at *id.ID
	for {
		part := body[:min(size, len(body))]
		body = body[len(part):]
		i, err := w.sales.ImportOrders(w.as(viewer.Manager), sale.ImportOrdersInput{Brand: id.Of(id.Brand, w.maya.Brand), Import: at, FileName: "orders.csv",
			Store: "Shop.Example", Part: part, More: body != ""})
		require.NoError(w.t, err)
		if body == "" {
			require.Equal(w.t, sale.ImportChecking, i.Status)
			return i
		}
		require.Equal(w.t, sale.ImportUploading, i.Status)
		at = &i.ID
	}
}

func (w *world) look(i sale.OrderImport) sale.OrderImport {
	w.t.Helper()
	out, err := w.sales.OrderImport(w.as(viewer.Manager), i.ID)
	require.NoError(w.t, err)
	return out
}

func TestAFileIsCheckedFirstAndThenRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.dated(columns + "2,#2,D2,EUR,119.00,100.00,MAYA15,ada@example.test,59.50\n1,#1,D1,EUR,,50.00,,ada@example.test,\n3,#3,D3,EUR,,=1,,,\n")
	i := w.upload(file, 40)
	require.NoError(t, w.sales.CheckImport(w.ctx, sale.CheckImportArgs{Import: i.ID.UUID}))
	i = w.look(i)
	require.Equal(t, sale.ImportChecked, i.Status)
	require.Equal(t, []int{2, 2, 0, 1, 1}, []int{i.OrdersTotal, i.OrdersNew, i.OrdersKnown, i.OrdersRefused, i.ProblemCount})
	require.Equal(t, "TRIBUTARY", string(*i.Format))
	problems, err := w.sales.ProblemsOfImports(w.ctx, []uuid.UUID{i.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, []sale.ImportProblem{{Line: 4, Column: "net", Code: "BAD_FORMAT", Message: "Write an amount like 12.34."}}, problems[i.ID.UUID])
	require.Zero(t, w.count(`SELECT count(*) FROM "order"`), "a dry run records nothing")

	_, err = w.sales.StartImport(w.as(viewer.Manager), i.ID, false)
	require.Equal(t, []string{"leaveOut"}, fault.All(err)[0].Field)
	i, err = w.sales.StartImport(w.as(viewer.Manager), i.ID, true)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, w.sales.RunImport(w.ctx, sale.RunImportArgs{Import: i.ID.UUID}))
	}
	i = w.look(i)
	require.Equal(t, sale.ImportDone, i.Status)
	require.Equal(t, []int{2, 2, 0, 1}, []int{i.OrdersDone, i.OrdersNew, i.OrdersKnown, i.Refunds})
	require.Zero(t, w.count(`SELECT count(*) FROM order_import_part`), "the file, which names customers, is dropped")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM "order" WHERE external_id = '2' AND NOT new_customer AND payment = 'PARTLY_REFUNDED'`), "the older order was the first")
	require.EqualValues(t, 500, w.db.Ent.Commission.Query().OnlyX(w.ctx).AmountMinor, "half of 100.00 was given back")
	w.sound()

	// The same file again changes nothing; one that says more of a refund adds the rest.
	again := w.upload(strings.ReplaceAll(strings.Replace(file, w.dated("3,#3,D3,EUR,,=1,,,\n"), "", 1), "59.50", "119.00"), 10_000)
	require.NoError(t, w.sales.CheckImport(w.ctx, sale.CheckImportArgs{Import: again.ID.UUID}))
	require.Equal(t, 2, w.look(again).OrdersKnown)
	_, err = w.sales.StartImport(w.as(viewer.Manager), again.ID, false)
	require.NoError(t, err)
	require.NoError(t, w.sales.RunImport(w.ctx, sale.RunImportArgs{Import: again.ID.UUID}))
	again = w.look(again)
	require.Equal(t, []int{2, 0, 2, 1}, []int{again.OrdersDone, again.OrdersNew, again.OrdersKnown, again.Refunds})
	require.Equal(t, 1, w.count(`SELECT count(*) FROM "order" WHERE external_id = '2' AND payment = 'REFUNDED' AND refunded_minor = 11900`))
	w.sound()
	list, err := w.sales.OrderImports(w.as(viewer.Manager), id.Of(id.Brand, w.maya.Brand), page.All(10))
	require.NoError(t, err)
	require.Len(t, list.Nodes(), 2)
}

func TestAnImportGoesOnWhereItStoppedAndLeavesRefusedOrdersOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b strings.Builder
	b.WriteString(columns)
	for n := 1; n <= 120; n++ {
		b.WriteString(w.dated(fmt.Sprintf("x%d,#x%d,D1,EUR,,10.00,MAYA15,,\n", n, n)))
	}
	b.WriteString(w.dated("7,#7,D2,EUR,,10.00,,,99.00\n"))
	i := w.upload(b.String(), 5_000)
	require.NoError(t, w.sales.CheckImport(w.ctx, sale.CheckImportArgs{Import: i.ID.UUID}))
	i, err := w.sales.StartImport(w.as(viewer.Manager), i.ID, false)
	require.NoError(t, err)
	// As if a run had been stopped after its first batch.
	_, err = w.db.SQL.ExecContext(w.ctx, `UPDATE order_import SET orders_done = 50, orders_new = 50 WHERE id = $1`, i.ID.UUID)
	require.NoError(t, err)
	require.NoError(t, w.sales.RunImport(w.ctx, sale.RunImportArgs{Import: i.ID.UUID}))
	i = w.look(i)
	require.Equal(t, sale.ImportDone, i.Status)
	require.Equal(t, []int{i.OrdersTotal, 1, 1}, []int{i.OrdersDone, i.OrdersRefused, i.ProblemCount})
	require.Equal(t, i.OrdersTotal-50-1, w.count(`SELECT count(*) FROM "order" WHERE source = 'CSV'`), "the first batch was not done again")
	problems, err := w.sales.ProblemsOfImports(w.ctx, []uuid.UUID{i.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, "OUT_OF_RANGE", problems[i.ID.UUID][0].Code, "more was given back than there is")
	w.sound()
}

func TestTwoWorkersImportAFileOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b strings.Builder
	b.WriteString(columns)
	for n := range 160 {
		b.WriteString(w.dated(fmt.Sprintf("o%d,#o%d,D1,EUR,,10.00,MAYA15,,\n", n, n)))
	}
	i := w.upload(b.String(), 200_000)
	require.NoError(t, w.sales.CheckImport(w.ctx, sale.CheckImportArgs{Import: i.ID.UUID}))
	_, err := w.sales.StartImport(w.as(viewer.Manager), i.ID, false)
	require.NoError(t, err)
	done := make(chan error, 2)
	for range 2 {
		go func() { done <- w.sales.RunImport(w.ctx, sale.RunImportArgs{Import: i.ID.UUID}) }()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	i = w.look(i)
	require.Equal(t, i.OrdersDone, i.OrdersNew+i.OrdersKnown)
	require.LessOrEqual(t, i.OrdersDone, i.OrdersTotal)
	require.NoError(t, w.sales.RunImport(w.ctx, sale.RunImportArgs{Import: i.ID.UUID}))
	i = w.look(i)
	require.Equal(t, sale.ImportDone, i.Status)
	require.Equal(t, i.OrdersNew, w.count(`SELECT count(*) FROM "order"`))
	require.Equal(t, i.OrdersNew, w.count(`SELECT count(*) FROM commission`))
	w.sound()
}

func TestAFileThatNobodyStartsIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.dated(columns + "1,#1,D1,EUR,,50.00,,ada@example.test,\n")
	waits := w.upload(file, len(file))
	require.NoError(t, w.sales.CheckImport(w.ctx, sale.CheckImportArgs{Import: waits.ID.UUID}))
	part, err := w.sales.ImportOrders(w.as(viewer.Manager), sale.ImportOrdersInput{Brand: id.Of(id.Brand, w.maya.Brand), FileName: "rest.csv", Part: "order_id,", More: true})
	require.NoError(t, err)
	w.clock.Advance(30 * day)
	require.NoError(t, w.sales.DropImports(w.ctx, sale.DropImportsArgs{}))
	require.Equal(t, sale.ImportChecked, w.look(waits).Status)
	require.Equal(t, 2, w.count(`SELECT count(*) FROM order_import_part`))
	w.clock.Advance(time.Minute)
	require.NoError(t, w.sales.DropImports(w.ctx, sale.DropImportsArgs{}))
	for _, i := range []sale.OrderImport{waits, part} {
		i = w.look(i)
		require.Equal(t, sale.ImportFailed, i.Status)
		require.Contains(t, *i.Failure, "30 days")
		require.NotNil(t, i.FinishedAt)
	}
	require.Zero(t, w.count(`SELECT count(*) FROM order_import_part`), "what names customers is gone")
	_, err = w.sales.StartImport(w.as(viewer.Manager), waits.ID, false)
	require.True(t, fault.Is(err, fault.Conflict))
}

func TestAFileThatCannotBeReadFailsWithTheReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.upload("a,b\n1,2\n", 100)
	require.NoError(t, w.sales.CheckImport(w.ctx, sale.CheckImportArgs{Import: i.ID.UUID}))
	i = w.look(i)
	require.Equal(t, sale.ImportFailed, i.Status)
	require.Contains(t, *i.Failure, "Line 1")
	_, err := w.sales.StartImport(w.as(viewer.Manager), i.ID, true)
	require.True(t, fault.Is(err, fault.Conflict))
	_, err = w.sales.ImportOrders(w.as(viewer.Manager), sale.ImportOrdersInput{Brand: id.Of(id.Brand, w.maya.Brand), Import: &i.ID, Part: "x"})
	require.True(t, fault.Is(err, fault.Conflict))

	for name, in := range map[string]sale.ImportOrdersInput{
		"REQUIRED part":     {FileName: "a.csv"},
		"TOO_LONG part":     {FileName: "a.csv", Part: strings.Repeat("x", 200_001)},
		"BAD_FORMAT part":   {FileName: "a.csv", Part: "\xff"},
		"REQUIRED fileName": {Part: "x"},
		"TOO_LONG store":    {FileName: "a.csv", Part: "x", Store: strings.Repeat("x", 254)},
	} {
		in.Brand = id.Of(id.Brand, w.maya.Brand)
		_, err := w.sales.ImportOrders(w.as(viewer.Manager), in)
		f := fault.All(err)
		require.NotEmpty(t, f, name)
		require.Equal(t, name, f[0].Code+" "+strings.Join(f[0].Field, "."))
	}
	_, err = w.sales.ImportOrders(w.as(viewer.Analyst), sale.ImportOrdersInput{Brand: id.Of(id.Brand, w.maya.Brand), FileName: "a.csv", Part: "x"})
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = w.sales.OrderImport(viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: fixture.User(t, w.db)}), i.ID)
	require.True(t, fault.Is(err, fault.NotFound))
}
