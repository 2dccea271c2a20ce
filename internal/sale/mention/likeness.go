package mention

import "tributary/internal/kit/money"

// likeness is how alike two words are: the larger of one less their edit distance over the longer one's letters, and of the share of
// three-letter pieces that they have in common. Equal words are wholly alike.
func likeness(a, b string) money.PPM {
	x, y := []rune(a), []rune(b)
	longer := max(len(x), len(y))
	if longer == 0 {
		return money.One
	}
	byEdits := money.PPM(int64(longer-distance(x, y)) * int64(money.One) / int64(longer))
	return max(byEdits, pieces(x, y))
}

// distance counts the letters to insert, delete, change or swap with a neighbour that make one word of the other (optimal string
// alignment: no piece is edited twice).
func distance(a, b []rune) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

// pieces is Dice's coefficient of the three-letter pieces of two words.
func pieces(a, b []rune) money.PPM {
	const size = 3
	if len(a) < size || len(b) < size {
		return 0
	}
	count := map[string]int{}
	for i := range len(a) - size + 1 {
		count[string(a[i:i+size])]++
	}
	common := 0
	for i := range len(b) - size + 1 {
		if p := string(b[i : i+size]); count[p] > 0 {
			count[p]--
			common++
		}
	}
	return money.PPM(2 * int64(common) * int64(money.One) / int64(len(a)+len(b)-2*(size-1)))
}
