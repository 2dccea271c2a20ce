package stripesandbox

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of one form-encoded request.
const (
	maxFormParameters = 1000 // pairs
	maxFormDepth      = 6    // segments of one key, the name included
	maxFormKeyBytes   = 500  // bytes of one decoded key
)

// formNode is one level of a nested form: either a value or named children.
// Arrays are children with decimal names.
type formNode struct {
	value    string
	isValue  bool
	children map[string]*formNode
	next     int // the index that the next `[]` takes
}

func (n *formNode) child(name string) *formNode {
	if n == nil {
		return nil
	}
	return n.children[name]
}

// list returns the children of an array in the order of their indices.
func (n *formNode) list() ([]*formNode, bool) {
	type indexed struct {
		index int
		node  *formNode
	}
	items := make([]indexed, 0, len(n.children))
	for name, node := range n.children {
		index, err := strconv.Atoi(name)
		if err != nil || index < 0 {
			return nil, false
		}
		items = append(items, indexed{index, node})
	}
	slices.SortFunc(items, func(a, b indexed) int { return a.index - b.index })
	out := make([]*formNode, len(items))
	for i, item := range items {
		out[i] = item.node
	}
	return out, true
}

// canonical writes the tree as sorted `path=value` lines: two requests with the
// same parameters in another order or array notation give the same text.
func (n *formNode) canonical() string {
	var lines []string
	var walk func(path string, node *formNode)
	walk = func(path string, node *formNode) {
		if node.isValue {
			lines = append(lines, url.QueryEscape(path)+"="+url.QueryEscape(node.value))
			return
		}
		for name, child := range node.children {
			walk(path+"["+url.QueryEscape(name)+"]", child)
		}
	}
	walk("", n)
	slices.Sort(lines)
	return strings.Join(lines, "&")
}

// parseForm reads `application/x-www-form-urlencoded` text with nested keys
// (`a[b][c]=1`) and arrays (`a[]=1`, `a[0]=1`). A key given twice, or once as a
// value and once as a parent, is refused: a client that sends it has a bug.
func parseForm(raw string) (*formNode, *apiError) {
	root := &formNode{children: map[string]*formNode{}}
	count := 0
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		if count++; count > maxFormParameters {
			return nil, invalid("", "", "Too many parameters: at most %d are read.", maxFormParameters)
		}
		escapedKey, escapedValue, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(escapedKey)
		if err != nil {
			return nil, invalid("", "", "Invalid encoding of a parameter name.")
		}
		value, err := url.QueryUnescape(escapedValue)
		if err != nil {
			return nil, invalid("", "", "Invalid encoding of a parameter value.")
		}
		if !readable(key) || !readable(value) {
			return nil, invalid("", "", "Invalid UTF-8 in a parameter.")
		}
		segments, ok := splitKey(key)
		if !ok {
			return nil, invalid("", "", "Invalid parameter name.")
		}
		if problem := root.insert(segments, value); problem != nil {
			return nil, problem
		}
	}
	return root, nil
}

func readable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// splitKey cuts `a[b][]` into `a`, `b` and the empty segment.
func splitKey(key string) ([]string, bool) {
	if key == "" || len(key) > maxFormKeyBytes {
		return nil, false
	}
	open := strings.IndexByte(key, '[')
	if open < 0 {
		return []string{key}, !strings.Contains(key, "]")
	}
	if open == 0 || strings.Contains(key[:open], "]") {
		return nil, false
	}
	segments := []string{key[:open]}
	for rest := key[open:]; rest != ""; {
		end := strings.IndexByte(rest, ']')
		if rest[0] != '[' || end < 0 {
			return nil, false
		}
		segment := rest[1:end]
		if strings.Contains(segment, "[") || len(segments) == maxFormDepth {
			return nil, false
		}
		segments = append(segments, segment)
		rest = rest[end+1:]
	}
	return segments, true
}

func (n *formNode) insert(segments []string, value string) *apiError {
	node := n
	for _, segment := range segments {
		if node.isValue {
			return invalid(segments[0], "", "Invalid parameter: %s is given both as a value and as an object.", segments[0])
		}
		if node.children == nil {
			node.children = map[string]*formNode{}
		}
		if segment == "" {
			for node.children[strconv.Itoa(node.next)] != nil {
				node.next++
			}
			segment = strconv.Itoa(node.next)
			node.next++
		}
		next := node.children[segment]
		if next == nil {
			next = &formNode{}
			node.children[segment] = next
		}
		node = next
	}
	if node.isValue || node.children != nil {
		return invalid(segments[0], "", "Invalid parameter: %s is given more than once.", segments[0])
	}
	node.value, node.isValue = value, true
	return nil
}
