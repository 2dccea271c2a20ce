package stripesandbox

import (
	"net/http"
	"slices"
	"sort"
	"strconv"
)

// Page sizes of Stripe's lists, in objects.
const (
	defaultPageSize = 10
	maxPageSize     = 100
)

type pageRequest struct {
	limit         int
	startingAfter string
	endingBefore  string
}

func (p *parameters) page() pageRequest {
	request := pageRequest{limit: defaultPageSize, startingAfter: p.text("starting_after"), endingBefore: p.text("ending_before")}
	if limit, given := p.integer("limit"); given {
		if limit < 1 || limit > maxPageSize {
			p.fail(invalid("limit", "parameter_invalid_integer", "Invalid limit: must be between 1 and %d", maxPageSize))
		}
		request.limit = int(limit)
	}
	if request.startingAfter != "" && request.endingBefore != "" {
		p.fail(invalid("ending_before", "parameters_exclusive", "You may only specify one of these parameters: starting_after, ending_before."))
	}
	return request
}

// created reads Stripe's `created` filter: a timestamp or gt, gte, lt, lte.
func (p *parameters) created() func(int64) bool {
	node := p.node("created")
	if node == nil {
		return func(int64) bool { return true }
	}
	if node.isValue {
		exact, _ := p.integer("created")
		return func(created int64) bool { return created == exact }
	}
	bounds := map[string]int64{}
	for name, child := range node.children {
		value, err := strconv.ParseInt(child.value, 10, 64)
		if err != nil || !slices.Contains([]string{"gt", "gte", "lt", "lte"}, name) {
			p.fail(invalid("created", "", "Invalid created: takes gt, gte, lt, lte with timestamps"))
			return nil
		}
		bounds[name] = value
	}
	return func(created int64) bool {
		gt, hasGT := bounds["gt"]
		gte, hasGTE := bounds["gte"]
		lt, hasLT := bounds["lt"]
		lte, hasLTE := bounds["lte"]
		return (!hasGT || created > gt) && (!hasGTE || created >= gte) && (!hasLT || created < lt) && (!hasLTE || created <= lte)
	}
}

// newestFirst cuts one page out of a sequence, newest object first.
func newestFirst[T object](c *collection[T], over sequence, request pageRequest, kind, path string, keep func(T) bool) (list[T], *apiError) {
	page := list[T]{Object: "list", Data: []T{}, URL: path}
	cursor := request.startingAfter + request.endingBefore
	place := over.length // the first place that belongs to later pages
	if cursor != "" {
		position, ok := c.position[cursor]
		if !ok {
			param := "starting_after"
			if request.endingBefore != "" {
				param = "ending_before"
			}
			return page, missing(http.StatusBadRequest, param, kind, cursor)
		}
		place = sort.Search(over.length, func(i int) bool { return over.at(i) >= position })
		if request.endingBefore != "" && place < over.length && over.at(place) == position {
			place++
		}
	}
	take := func(i int) bool {
		item := c.items[over.at(i)]
		if !keep(item) {
			return true
		}
		if len(page.Data) == request.limit {
			page.HasMore = true
			return false
		}
		page.Data = append(page.Data, item)
		return true
	}
	if request.endingBefore != "" {
		for i := place; i < over.length && take(i); i++ {
		}
		slices.Reverse(page.Data)
		return page, nil
	}
	for i := place - 1; i >= 0 && take(i); i-- {
	}
	return page, nil
}
