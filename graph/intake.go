package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/inbox"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/sale"
)

// InboundDeliveries lists what shops have sent to a brand.
func (q queryResolver) InboundDeliveries(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, integrationID *id.ID, status *inbox.Status) (*page.Connection[inbox.Received], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Inbox.List(ctx, inbox.ListFilter{Brand: brandID, Integration: integrationID, Status: status}, r)
	return &c, err
}

// ReplayDelivery has a delivery handled again.
func (m mutationResolver) ReplayDelivery(ctx context.Context, input model.ReplayDeliveryInput) (*model.ReplayDeliveryPayload, error) {
	v, userErrors, err := outcome(m.replay(ctx, input.DeliveryID))
	return &model.ReplayDeliveryPayload{Delivery: v, UserErrors: userErrors}, err
}

func (m mutationResolver) replay(ctx context.Context, delivery id.ID) (inbox.Received, error) {
	if err := m.r.Inbox.Replay(ctx, delivery); err != nil {
		return inbox.Received{}, err
	}
	return m.r.Inbox.Get(ctx, delivery)
}

type inboundDeliveryResolver struct{ r *Resolver }

// InboundDelivery answers what a delivery refers to.
func (r *Resolver) InboundDelivery() generated.InboundDeliveryResolver {
	return inboundDeliveryResolver{r}
}

// Integration is the shop or service that sent it.
func (inboundDeliveryResolver) Integration(ctx context.Context, d *inbox.Received) (*brand.Integration, error) {
	return maybe(ctx, from(ctx).integrations, d.IntegrationID)
}

// OrderImport gives an import.
func (q queryResolver) OrderImport(ctx context.Context, x id.ID) (*sale.OrderImport, error) {
	return found(q.r.Sales.OrderImport(ctx, x))
}

// OrderImports lists the imports of a brand.
func (q queryResolver) OrderImports(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID) (*page.Connection[sale.OrderImport], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Sales.OrderImports(ctx, brandID, r)
	return &c, err
}

// ImportOrders takes a part of a file of orders.
func (m mutationResolver) ImportOrders(ctx context.Context, input model.ImportOrdersInput) (*model.ImportOrdersPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.ImportOrders(ctx, sale.ImportOrdersInput{Brand: input.BrandID, Import: input.ImportID, FileName: zeroIfNil(input.FileName),
		Store: zeroIfNil(input.Store), Format: input.Format, Part: input.Part, More: zeroIfNil(input.More)}))
	return &model.ImportOrdersPayload{Import: v, UserErrors: userErrors}, err
}

// StartOrderImport has the orders of a checked file recorded.
func (m mutationResolver) StartOrderImport(ctx context.Context, input model.StartOrderImportInput) (*model.StartOrderImportPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.StartImport(ctx, input.ImportID, zeroIfNil(input.LeaveOut)))
	return &model.StartOrderImportPayload{Import: v, UserErrors: userErrors}, err
}

type orderImportResolver struct{ r *Resolver }

// OrderImport answers what belongs to an import.
func (r *Resolver) OrderImport() generated.OrderImportResolver { return orderImportResolver{r} }

// Problems are the first of what is wrong in the file.
func (o orderImportResolver) Problems(ctx context.Context, obj *sale.OrderImport) ([]sale.ImportProblem, error) {
	all, err := child(ctx, "OrderImport.problems", nil, obj.ID, o.r.Sales.ProblemsOfImports)
	return zeroIfNil(all), err
}
