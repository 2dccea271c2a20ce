package model

// invert replaces a matrix of n rows by its inverse (Gauss and Jordan, in place). It needs no pivoting: what it gets are matrices I − Q of
// chains that always end, and principal blocks of their inverses, whose diagonals stay above zero.
func invert(a []float64, n int) {
	for k := range n {
		pivot := a[k*n : k*n+n]
		scale := 1 / pivot[k]
		pivot[k] = 1
		for i := range pivot {
			pivot[i] *= scale
		}
		for i := range n {
			row := a[i*n : i*n+n]
			factor := row[k]
			if i == k || factor == 0 {
				continue
			}
			row[k] = 0
			for l, p := range pivot {
				row[l] -= factor * p
			}
		}
	}
}

// times is a matrix times a column.
func times(a, column []float64) []float64 {
	n := len(column)
	out := make([]float64, n)
	for i := range out {
		out[i] = dot(a[i*n:i*n+n], column)
	}
	return out
}

// timesRow is a row times a matrix.
func timesRow(row, a []float64) []float64 {
	n := len(row)
	out := make([]float64, n)
	for i, x := range row {
		if x == 0 {
			continue
		}
		for l, y := range a[i*n : i*n+n] {
			out[l] += x * y
		}
	}
	return out
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
