package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/creator"
	"tributary/internal/insight"
	"tributary/internal/partnership"
	"tributary/internal/tracking"
)

func (q queryResolver) Performance(ctx context.Context, filter model.PerformanceFilter, groupBy *insight.Group) (*insight.Performance, error) {
	by := insight.ByDay
	if groupBy != nil {
		by = *groupBy
	}
	p, err := q.r.Insight.Performance(ctx, insight.Filter{Brand: filter.BrandID, Program: filter.ProgramID, Creator: filter.CreatorID,
		From: filter.From, To: filter.To, Currency: filter.CurrencyCode}, by)
	return &p, err
}

// CreditLayers says in three ways what creators brought.
func (q queryResolver) CreditLayers(ctx context.Context, filter model.PerformanceFilter) (*insight.Layers, error) {
	l, err := q.r.Insight.Layers(ctx, insight.Filter{Brand: filter.BrandID, Program: filter.ProgramID, Creator: filter.CreatorID,
		From: filter.From, To: filter.To, Currency: filter.CurrencyCode})
	return &l, err
}

func (q queryResolver) Funnel(ctx context.Context, filter model.FunnelFilter, groupBy *insight.Group) (*insight.Funnel, error) {
	f, err := q.r.Insight.Funnel(ctx, insight.FunnelFilter{Brand: filter.BrandID, Program: filter.ProgramID, Creator: filter.CreatorID, Link: filter.LinkID,
		From: filter.From, To: filter.To}, groupBy)
	return &f, err
}

func (q queryResolver) AttributionComparison(ctx context.Context, filter model.AttributionComparisonFilter) (*insight.Comparison, error) {
	c, err := q.r.Insight.Compare(ctx, insight.ComparisonFilter{Brand: filter.BrandID, Program: filter.ProgramID, From: filter.From, To: filter.To,
		Currency: filter.CurrencyCode, Models: filter.Models, HalfLifeDays: filter.HalfLifeDays, MarkovOrder: filter.MarkovOrder})
	return &c, err
}

// AttributionComparisonRow answers the fields of rows that need more than the row.
func (r *Resolver) AttributionComparisonRow() generated.AttributionComparisonRowResolver {
	return comparisonRowResolver{}
}

type comparisonRowResolver struct{}

func (comparisonRowResolver) Creator(ctx context.Context, obj *insight.ComparisonRow) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, obj.CreatorID)
}

// FunnelRow answers the fields of groups that need more than the group.
func (r *Resolver) FunnelRow() generated.FunnelRowResolver { return funnelRowResolver{} }

type funnelRowResolver struct{}

func (funnelRowResolver) Creator(ctx context.Context, obj *insight.FunnelRow) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, obj.CreatorID)
}

func (funnelRowResolver) Link(ctx context.Context, obj *insight.FunnelRow) (*tracking.Link, error) {
	return maybe(ctx, from(ctx).links, obj.LinkID)
}

// PerformanceRow answers the fields of groups that need more than the group.
func (r *Resolver) PerformanceRow() generated.PerformanceRowResolver { return performanceRowResolver{} }

type performanceRowResolver struct{}

func (performanceRowResolver) Creator(ctx context.Context, obj *insight.Row) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, obj.CreatorID)
}

func (performanceRowResolver) Link(ctx context.Context, obj *insight.Row) (*tracking.Link, error) {
	return maybe(ctx, from(ctx).links, obj.LinkID)
}

func (p partnershipResolver) Totals(ctx context.Context, obj *partnership.Partnership) (*insight.Figures, error) {
	return child(ctx, "Partnership.totals", nil, obj.ID, p.r.Insight.PartnershipTotals)
}

func (l linkResolver) Totals(ctx context.Context, obj *tracking.Link) (*insight.Figures, error) {
	return child(ctx, "Link.totals", nil, obj.ID, l.r.Insight.LinkTotals)
}

func (l linkResolver) ClicksByDay(ctx context.Context, obj *tracking.Link) ([]int, error) {
	days, err := child(ctx, "Link.clicksByDay", nil, obj.ID, l.r.Insight.LinkClicksByDay)
	return zeroIfNil(days), err
}
