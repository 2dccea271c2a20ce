package stripesandbox

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of single parameters, as Stripe documents them.
const (
	maxMetadataKeys       = 50
	maxMetadataKeyRunes   = 40
	maxMetadataValueRunes = 500
	maxTextRunes          = 5000
	maxExpandPaths        = 20
)

// parameters reads the values of one request and remembers the first problem
// and which names were read, so that an unknown name can be refused.
type parameters struct {
	form    *formNode
	known   map[string]bool
	problem *apiError
}

func newParameters(form *formNode) *parameters {
	return &parameters{form: form, known: map[string]bool{}}
}

func (p *parameters) fail(problem *apiError) {
	if p.problem == nil {
		p.problem = problem
	}
}

func (p *parameters) node(name string) *formNode {
	p.known[name] = true
	return p.form.child(name)
}

func (p *parameters) has(name string) bool { return p.node(name) != nil }

// text reads an optional string; "" when it is absent.
func (p *parameters) text(name string) string {
	node := p.node(name)
	if node == nil {
		return ""
	}
	if !node.isValue {
		p.fail(invalid(name, "", "Invalid string: %s", name))
		return ""
	}
	if utf8.RuneCountInString(node.value) > maxTextRunes {
		p.fail(invalid(name, "", "Invalid string: %s; must be at most %d characters", name, maxTextRunes))
		return ""
	}
	return node.value
}

func (p *parameters) requiredText(name string) string {
	value := p.text(name)
	switch {
	case !p.has(name):
		p.fail(invalid(name, "parameter_missing", "Missing required param: %s.", name))
	case value == "":
		p.fail(invalid(name, "parameter_invalid_empty", "You passed an empty string for '%s'. We assume empty values are an attempt to unset a parameter; however '%s' cannot be unset.", name, name))
	}
	return value
}

func (p *parameters) oneOf(name, fallback string, allowed ...string) string {
	value := p.text(name)
	if value == "" {
		return fallback
	}
	if !slices.Contains(allowed, value) {
		p.fail(invalid(name, "", "Invalid %s: must be one of %s", name, strings.Join(allowed, ", ")))
	}
	return value
}

// integer reads an optional whole number and says whether it was given.
func (p *parameters) integer(name string) (int64, bool) {
	text := p.text(name)
	if !p.has(name) {
		return 0, false
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.fail(invalid(name, "parameter_invalid_integer", "Invalid integer: %s", text))
		return 0, false
	}
	return value, true
}

func (p *parameters) boolean(name string) (value, given bool) {
	text := p.text(name)
	if !p.has(name) {
		return false, false
	}
	if text != "true" && text != "false" {
		p.fail(invalid(name, "", "Invalid boolean: %s", text))
	}
	return text == "true", true
}

// currency reads a required currency in lower case.
func (p *parameters) currency(name string) string {
	value := strings.ToLower(p.requiredText(name))
	if value != "" && !knownCurrency(value) {
		p.fail(invalid(name, "", "Invalid currency: %s.", value))
	}
	return value
}

// amount reads a positive amount in the currency's smallest unit as Stripe
// counts it, at most maxAmount.
func (p *parameters) amount(name, currency string, maxAmount int64) int64 {
	if !p.has(name) {
		p.fail(invalid(name, "parameter_missing", "Missing required param: %s.", name))
		return 0
	}
	value, _ := p.integer(name)
	p.checkAmount(name, value, currency, maxAmount)
	return value
}

func (p *parameters) checkAmount(name string, value int64, currency string, maxAmount int64) {
	switch step := amountStep(currency); {
	case value < 1:
		p.fail(invalid(name, "parameter_invalid_integer", "Invalid positive integer"))
	case value > maxAmount:
		p.fail(invalid(name, "amount_too_large", "Amount must be no more than %d in the smallest unit of %s", maxAmount, currency))
	case value%step != 0:
		p.fail(invalid(name, "", "Amounts in %s must be divisible by %d", currency, step))
	}
}

// metadata merges the request's metadata into old, as Stripe does: an empty
// value removes a key, `metadata=` removes all.
func (p *parameters) metadata(old map[string]string) map[string]string {
	merged := map[string]string{}
	maps.Copy(merged, old)
	node := p.node("metadata")
	if node == nil {
		return merged
	}
	if node.isValue {
		if node.value != "" {
			p.fail(invalid("metadata", "", "Invalid metadata: must be an object of strings"))
		}
		return map[string]string{}
	}
	for key, child := range node.children {
		switch {
		case !child.isValue:
			p.fail(invalid("metadata["+key+"]", "", "Invalid metadata: values must be strings"))
		case child.value == "":
			delete(merged, key)
		case utf8.RuneCountInString(key) > maxMetadataKeyRunes:
			p.fail(invalid("metadata", "", "Invalid metadata: keys are at most %d characters", maxMetadataKeyRunes))
		case utf8.RuneCountInString(child.value) > maxMetadataValueRunes:
			p.fail(invalid("metadata["+key+"]", "", "Invalid metadata: values are at most %d characters", maxMetadataValueRunes))
		default:
			merged[key] = child.value
		}
	}
	if len(merged) > maxMetadataKeys {
		p.fail(invalid("metadata", "", "Invalid metadata: at most %d keys", maxMetadataKeys))
	}
	return merged
}

func (p *parameters) texts(name string, limit int) []string {
	node := p.node(name)
	if node == nil {
		return nil
	}
	children, ok := node.list()
	if node.isValue || !ok || len(children) > limit {
		p.fail(invalid(name, "", "Invalid array: %s; at most %d entries", name, limit))
		return nil
	}
	out := make([]string, 0, len(children))
	for _, child := range children {
		if !child.isValue {
			p.fail(invalid(name, "", "Invalid array: %s", name))
			return nil
		}
		out = append(out, child.value)
	}
	return out
}

// object reads a nested object of strings and objects, to be kept and shown as
// it was given.
func (p *parameters) object(name string) map[string]any {
	node := p.node(name)
	if node == nil {
		return nil
	}
	if node.isValue {
		p.fail(invalid(name, "", "Invalid object"))
		return nil
	}
	return node.object()
}

// Names inside such objects whose values Stripe answers as numbers or booleans,
// and those that it takes but never shows again.
var (
	numberNames  = map[string]bool{"day": true, "month": true, "year": true, "delay_days": true, "monthly_anchor": true, "amount": true}
	booleanNames = map[string]bool{"debit_negative_balances": true, "political_exposure_provided": true, "owners_provided": true, "directors_provided": true}
	hiddenNames  = map[string]bool{"ssn_last_4": true, "id_number": true, "tax_id": true, "vat_id": true}
)

func (n *formNode) object() map[string]any {
	out := make(map[string]any, len(n.children))
	for name, child := range n.children {
		number, err := strconv.ParseInt(child.value, 10, 64)
		switch {
		case !child.isValue:
			out[name] = child.object()
		case hiddenNames[name]:
			out[name+"_provided"] = child.value != ""
		case numberNames[name] && err == nil:
			out[name] = number
		case booleanNames[name]:
			out[name] = child.value == "true"
		default:
			out[name] = child.value
		}
	}
	return out
}

// within gives the parameters below name, for names that are checked one by one.
func (p *parameters) within(name string) (*parameters, bool) {
	node := p.node(name)
	if node == nil {
		return nil, false
	}
	if node.isValue {
		p.fail(invalid(name, "", "Invalid object"))
		return nil, false
	}
	return newParameters(node), true
}

// end refuses names that nobody read and returns the first problem.
func (p *parameters) end() *apiError {
	if p.problem != nil {
		return p.problem
	}
	for _, name := range slices.Sorted(maps.Keys(p.form.children)) {
		if !p.known[name] {
			return invalid(name, "parameter_unknown", "Received unknown parameter: %s", name)
		}
	}
	return nil
}
