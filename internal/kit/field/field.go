// Package field checks the fields of inputs: texts, lists, numbers, addresses. Each check trims or bounds a value, adds a fault
// that names the field when a rule is broken, and goes on, so that a form shows all of its errors at once. The codes are
// REQUIRED, TOO_LONG, OUT_OF_RANGE and BAD_FORMAT.
package field

import (
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/internal/kit/fault"
)

// Limits of all inputs.
const (
	// URLMax bounds a web address, in bytes.
	URLMax = 2000
	// EmailMax bounds a mail address, in bytes.
	EmailMax = 254
	// SearchMax bounds what is searched for, in characters.
	SearchMax = 100
	// bytesPerCharacter is how many bytes the columns of ent/schema keep for each character of a limit.
	bytesPerCharacter = 4
)

// Line checks a text of one line: least to most characters after blanks around it are cut off.
func Line(l *fault.List, path, value string, least, most int) string {
	value = strings.TrimSpace(value)
	if strings.ContainsFunc(value, unicode.IsControl) || !utf8.ValidString(value) {
		l.Add(fault.At(path, "BAD_FORMAT", "This is one line of text without control characters."))
		return value
	}
	length(l, path, value, least, most)
	return value
}

// Body checks a text of several lines: least to most characters after blanks around it are cut off.
func Body(l *fault.List, path, value string, least, most int) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if strings.ContainsFunc(value, control) || !utf8.ValidString(value) {
		l.Add(fault.At(path, "BAD_FORMAT", "This is text without control characters."))
		return value
	}
	length(l, path, value, least, most)
	return value
}

// length checks the number of characters, and that the column of the text holds as many bytes.
func length(l *fault.List, path, value string, least, most int) {
	switch {
	case value == "" && least > 0:
		l.Add(fault.At(path, "REQUIRED", "Fill this in."))
	case utf8.RuneCountInString(value) < least:
		l.Add(fault.At(path, "BAD_FORMAT", "This has at least %d characters.", least))
	case utf8.RuneCountInString(value) > most:
		l.Add(fault.At(path, "TOO_LONG", "This has at most %d characters.", most))
	case len(value) > most*bytesPerCharacter:
		l.Add(fault.At(path, "TOO_LONG", "This takes at most %d bytes; letters outside ASCII take several.", most*bytesPerCharacter))
	}
}

// Lines checks a list of at most count texts of one line, each least to most characters.
func Lines(l *fault.List, path string, values []string, count, least, most int) []string {
	if len(values) > count {
		l.Add(fault.At(path, "TOO_LONG", "There are at most %d of these.", count))
		return nil
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = Line(l, path+"."+strconv.Itoa(i), v, least, most)
	}
	return out
}

// Within checks a whole number.
func Within(l *fault.List, path string, value, least, most int) int {
	if value < least || value > most {
		l.Add(fault.At(path, "OUT_OF_RANGE", "This lies between %d and %d.", least, most))
	}
	return value
}

// OneOf checks that a value is one of an enumeration.
func OneOf[T ~string](l *fault.List, path string, value T, allowed ...T) T {
	for _, a := range allowed {
		if a == value {
			return value
		}
	}
	if value == "" {
		l.Add(fault.At(path, "REQUIRED", "Choose one."))
	} else {
		l.Add(fault.At(path, "INVALID", "This is not one of the choices."))
	}
	return value
}

// URL checks an absolute http or https address without a user name.
func URL(l *fault.List, path, value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		l.Add(fault.At(path, "REQUIRED", "Fill this in."))
		return value
	}
	u, err := url.Parse(value)
	if err != nil || len(value) > URLMax || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		strings.ContainsAny(value, " \t\r\n\\\"<>") {
		l.Add(fault.At(path, "BAD_FORMAT", "This is an address like https://example.com of at most %d characters.", URLMax))
	}
	return value
}

// Email checks a bare mail address and folds it to lower case.
func Email(l *fault.List, path, value string) string {
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" {
		l.Add(fault.At(path, "REQUIRED", "Fill this in."))
		return value
	}
	a, err := mail.ParseAddress(value)
	if err != nil || a.Address != value || len(value) > EmailMax {
		l.Add(fault.At(path, "BAD_FORMAT", "This is an address like ada@example.com of at most %d characters.", EmailMax))
	}
	return value
}

// Search checks what is searched for: nil and blanks search for nothing, which is "". Special characters of patterns are left in;
// use a predicate that escapes them.
func Search(value *string) (string, error) {
	if value == nil {
		return "", nil
	}
	var l fault.List
	out := Line(&l, "search", *value, 0, SearchMax)
	return out, l.Err()
}
