package config

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// maxDotenvBytes bounds the file.
const maxDotenvBytes = 1 << 20

// readDotenv reads NAME=value lines. A missing file is empty. A value may stand in single or double quotes; there are no
// escapes and no references to other variables. A comment begins a line, or follows a space behind an unquoted value.
func readDotenv(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, errors.Unwrap(err))
	}
	defer func() { _ = file.Close() }()
	out := map[string]string{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxDotenvBytes)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, found := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		name = strings.TrimSpace(name)
		if !found || name == "" || strings.ContainsAny(name, " \t\"'") {
			return nil, fmt.Errorf("%s line %d is not NAME=value", path, n)
		}
		if out[name], err = unquote(strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", path, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	return out, nil
}

func unquote(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if quote := value[0]; quote == '"' || quote == '\'' {
		end := strings.IndexByte(value[1:], quote)
		if end < 0 {
			return "", errors.New("a quote is not closed")
		}
		rest := strings.TrimSpace(value[end+2:])
		if rest != "" && rest[0] != '#' {
			return "", errors.New("something follows the closing quote")
		}
		return value[1 : end+1], nil
	}
	if i := strings.Index(value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:i])
	}
	return value, nil
}
