package stripesandbox

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxExpandDepth is Stripe's bound of levels in one expand path.
const maxExpandDepth = 4

// expand replaces ids in an answer by the objects that they name, along paths
// such as `balance_transaction` or `data.destination_payment`.
func (c *call) expand(value any, paths []string) (any, *apiError) {
	if len(paths) == 0 {
		return value, nil
	}
	tree, err := asTree(value)
	if err != nil {
		return nil, internalError()
	}
	for _, path := range paths {
		segments := strings.Split(path, ".")
		if len(segments) > maxExpandDepth+1 || !c.expandPath(tree, segments) {
			return nil, invalid("expand", "", "This property cannot be expanded (%s).", path)
		}
	}
	return tree, nil
}

// asTree turns an object into maps, keeping numbers as they are written.
func asTree(value any) (map[string]any, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var tree map[string]any
	return tree, decoder.Decode(&tree)
}

func (c *call) expandPath(node any, segments []string) bool {
	if len(segments) == 0 {
		return true
	}
	if items, isArray := node.([]any); isArray {
		for _, item := range items {
			if !c.expandPath(item, segments) {
				return false
			}
		}
		return true
	}
	object, isObject := node.(map[string]any)
	value, exists := object[segments[0]]
	if !isObject || !exists {
		return false
	}
	if id, isText := value.(string); isText {
		found := c.lookUp(id)
		if found == nil {
			return false
		}
		tree, err := asTree(found)
		if err != nil {
			return false
		}
		object[segments[0]] = tree
		value = tree
	}
	return value == nil || c.expandPath(value, segments[1:])
}

// lookUp finds an object by its id, in this change first.
func (c *call) lookUp(id string) any {
	r, s := &c.record, c.server.state
	switch kind, _, _ := strings.Cut(id, "_sbx"); kind {
	case "acct":
		if found, problem := c.connectedAccount(id); problem == nil {
			return found
		}
	case "tr":
		return either(r.Transfers, s.transfers, id)
	case "trr":
		return either(r.Reversals, s.reversals, id)
	case "tu":
		return either(r.Topups, s.topups, id)
	case "py":
		if found, ok := either(r.Charges, s.charges, id).(*ownedCharge); ok {
			return found.Charge
		}
	case "po":
		if found, ok := either(r.Payouts, s.payouts, id).(*ownedPayout); ok {
			return found.Payout
		}
	case "txn":
		if found, ok := either(r.Movements, s.movements, id).(*movement); ok {
			return found.Transaction
		}
	}
	return nil
}

func either[T object](changed []T, kept *collection[T], id string) any {
	for i := len(changed) - 1; i >= 0; i-- {
		if changed[i].id() == id {
			return changed[i]
		}
	}
	if found, ok := kept.get(id); ok {
		return found
	}
	return nil
}
