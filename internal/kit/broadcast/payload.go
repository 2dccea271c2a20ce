package broadcast

import (
	"encoding/base64"
	"strings"

	"github.com/google/uuid"
)

// resyncLine stands for "look at everything again" in a payload.
const resyncLine = "*"

// payloads writes changes as lines of "topic brand object", in as few texts as the limits of a NOTIFY allow.
func payloads(changes map[Change]struct{}, resync bool) []string {
	var out []string
	var b strings.Builder
	lines := 0
	end := func() {
		if lines > 0 {
			out = append(out, b.String())
			b.Reset()
			lines = 0
		}
	}
	add := func(line string) {
		if lines == idsMax || b.Len()+len(line)+1 > payloadMax {
			end()
		}
		b.WriteString(line)
		b.WriteByte('\n')
		lines++
	}
	if resync {
		add(resyncLine)
	}
	for c := range changes {
		add(c.Topic + " " + short(c.Brand) + " " + short(c.Object))
	}
	end()
	return out
}

// read understands what payloads wrote. A line of another form, from another version of the program, means Resync.
func read(payload string) []Change {
	var out []Change
	for line := range strings.Lines(payload) {
		line = strings.TrimSuffix(line, "\n")
		parts := strings.Split(line, " ")
		if len(parts) != 3 {
			out = append(out, Change{Resync: true})
			continue
		}
		brand, errBrand := long(parts[1])
		object, errObject := long(parts[2])
		if errBrand != nil || errObject != nil {
			out = append(out, Change{Resync: true})
			continue
		}
		out = append(out, Change{Topic: parts[0], Brand: brand, Object: object})
	}
	return out
}

func short(u uuid.UUID) string { return base64.RawURLEncoding.EncodeToString(u[:]) }

func long(s string) (uuid.UUID, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return uuid.Nil, err
	}
	return uuid.FromBytes(b)
}
