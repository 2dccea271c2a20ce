// Package mention finds creators in what customers write when they are asked who sent them. It is pure: a text and the creators of a
// brand go in, and who may be meant comes out, each with a confidence. It reads no clock and no database, and the order in which
// creators are given never matters.
package mention

import (
	"cmp"
	"slices"
	"strings"

	"tributary/internal/kit/money"
)

// Bounds of one search.
const (
	// MatchesMax is how many creators a search gives at most.
	MatchesMax = 5
	wordsMax   = 40 // words of a text that are looked at
	windowMax  = 4  // words that may make one name together
	letterMin  = 3  // letters of the shortest name that is looked for
)

// Confidences, before rivals are weighed.
const (
	whole     money.PPM = 1_000_000 // the text is the name and nothing else
	contained money.PPM = 970_000   // the text has the name as words of its own
	within    money.PPM = 900_000   // the text has the name inside of longer words
	short     money.PPM = 800_000   // a name of few letters, which may be an ordinary word
	onlyFirst money.PPM = 750_000   // the text is a first or last name and nothing else
	first     money.PPM = 700_000   // the text has a first or last name
	ownMost   money.PPM = 800_000   // the most for a name that a creator chose, who earns by it
	almost    money.PPM = 950_000   // times how alike they are, squared: the name with a slip
)

const (
	shortLetters  = 5       // fewer letters than this may be an ordinary word
	withinLetters = 6       // fewer letters than this stand inside of many words
	slipLetters   = 5       // fewer letters than this are not looked for with slips
	alikeMin      = 750_000 // less alike than this is another name
	confidenceMin = 300_000 // matches below it are not worth a person's time
)

// Person is a creator who may be meant.
type Person struct {
	ID      string
	Name    string
	Handles []string // of accounts, with or without the sign before
	Aliases []string // other names: short codes of links, discount codes, what the brand says that its customers use
	Own     []string // other names that the creators gave themselves: never sure enough without a person
}

// Match is a creator who may be meant.
type Match struct {
	ID         string
	Confidence money.PPM
	Term       string // what of the creator was found, as the creator writes it
}

// hit is where a creator was found in a text.
type hit struct {
	Match
	from, to int // words
}

// Find gives the creators that a text may name, the surest first, at most five. Where two creators fit, both lose confidence; what
// lies inside of a longer name that fits somebody else better does not count against that one.
func Find(text string, people []Person) []Match {
	words := fold(text)
	words = words[:min(len(words), wordsMax)]
	if len(words) == 0 {
		return nil
	}
	var hits []hit
	for _, p := range people {
		if h, found := look(words, p); found {
			hits = append(hits, h)
		}
	}
	out := make([]Match, 0, len(hits))
	for i, h := range hits {
		h.Confidence = weigh(h, hits, i)
		if h.Confidence >= confidenceMin {
			out = append(out, h.Match)
		}
	}
	slices.SortFunc(out, func(a, b Match) int { return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.ID, b.ID)) })
	return out[:min(len(out), MatchesMax)]
}

// weigh lowers a confidence by its strongest rival: by half when both fit alike, by little when the rival is weak.
func weigh(h hit, hits []hit, self int) money.PPM {
	rival := money.PPM(0)
	for i, other := range hits {
		if i == self || other.ID == h.ID {
			continue
		}
		inside := other.from >= h.from && other.to <= h.to
		if inside && other.Confidence < h.Confidence {
			continue
		}
		rival = max(rival, other.Confidence)
	}
	ratio := min(int64(rival)*int64(money.One)/int64(h.Confidence), int64(money.One))
	return money.PPM(int64(h.Confidence) * (2*int64(money.One) - ratio*ratio/int64(money.One)) / (2 * int64(money.One)))
}

// look finds the best place of one creator in a text.
func look(words []string, p Person) (best hit, found bool) {
	best.ID = p.ID
	take := func(confidence money.PPM, term string, from, to int) {
		if confidence > best.Confidence || confidence == best.Confidence && to-from > best.to-best.from {
			best.Confidence, best.Term, best.from, best.to = confidence, term, from, to
			found = true
		}
	}
	for _, term := range slices.Concat([]string{p.Name}, p.Handles, p.Aliases) {
		lookFor(words, term, take)
	}
	for _, term := range p.Own {
		lookFor(words, term, func(confidence money.PPM, term string, from, to int) { take(min(confidence, ownMost), term, from, to) })
	}
	if names := fold(p.Name); len(names) > 1 {
		for _, name := range []string{names[0], names[len(names)-1]} {
			if letters(name) < letterMin {
				continue
			}
			for i, w := range words {
				if w != name {
					continue
				}
				confidence := first
				if len(words) == 1 {
					confidence = onlyFirst
				}
				take(confidence, p.Name, i, i+1)
			}
		}
	}
	return best, found
}

// lookFor finds a name in a text: as it is, inside of longer words, or with slips.
func lookFor(words []string, term string, take func(confidence money.PPM, term string, from, to int)) {
	name := strings.Join(fold(term), "")
	n := letters(name)
	if n < letterMin {
		return
	}
	for from := range words {
		joined := ""
		for to := from + 1; to <= min(from+windowMax, len(words)); to++ {
			joined += words[to-1]
			switch m := letters(joined); {
			case joined == name && from == 0 && to == len(words):
				take(whole, term, from, to)
			case joined == name && n < shortLetters:
				take(short, term, from, to)
			case joined == name:
				take(contained, term, from, to)
			case m > n && n >= withinLetters && to == from+1 && strings.Contains(joined, name):
				take(within, term, from, to)
			case n >= slipLetters && 4*m >= 3*n && 4*n >= 3*m:
				if alike := likeness(joined, name); alike >= alikeMin {
					take(money.PPM(int64(almost)*int64(alike)/int64(money.One)*int64(alike)/int64(money.One)), term, from, to)
				}
			}
		}
	}
}
