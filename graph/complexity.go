package graph

import (
	"reflect"

	"tributary/graph/generated"
	"tributary/internal/kit/page"
)

// pageArguments is how many parameters a connection's price function has before its filters: the price of one row, then first,
// after, last, before.
const pageArguments = 5

// complexity prices fields: one point each, and a connection as many times its rows as the page may have. Every connection gets
// the same function, found by its parameters, so that a new one cannot be forgotten.
func complexity() generated.ComplexityRoot {
	var root generated.ComplexityRoot
	types := reflect.ValueOf(&root).Elem()
	for t := range types.NumField() {
		fields := types.Field(t)
		for f := range fields.NumField() {
			if field := fields.Field(f); isConnection(field.Type()) {
				field.Set(reflect.MakeFunc(field.Type(), priceOfPage))
			}
		}
	}
	return root
}

// isConnection reports whether a price function has the parameters of a connection field.
func isConnection(f reflect.Type) bool {
	number, text := reflect.TypeFor[*int](), reflect.TypeFor[*string]()
	return f.Kind() == reflect.Func && f.NumIn() >= pageArguments &&
		f.In(1) == number && f.In(2) == text && f.In(3) == number && f.In(4) == text
}

func priceOfPage(args []reflect.Value) []reflect.Value {
	rows := page.SizeDefault
	for _, size := range []reflect.Value{args[1], args[3]} {
		if !size.IsNil() {
			rows = int(size.Elem().Int())
		}
	}
	rows = max(1, min(rows, page.SizeMax))
	return []reflect.Value{reflect.ValueOf(rows * int(args[0].Int()))}
}
