package stripesandbox

import (
	"bytes"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxPageFormBytes bounds what a page's form may send.
const maxPageFormBytes = 4 << 10

var pageFrame = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<style nonce="{{.Nonce}}">
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f6f7f9; color: #1a1f36; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border: 1px solid #d5d9e2; border-radius: 8px; }
p.mark { margin: 0 0 1rem; padding: .5rem .75rem; background: #fff4d6; border: 1px solid #e0b84c; border-radius: 4px; color: #4d3800; }
button { font: inherit; display: block; width: 100%; min-height: 44px; margin-top: .75rem; border-radius: 6px; border: 1px solid #3f4b99; background: #fff; color: #2b3580; cursor: pointer; }
button[value=complete] { background: #3f4b99; color: #fff; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
</style>
</head>
<body><main>
<p class="mark">Sandbox: this page stands in for Stripe. No real money moves.</p>
{{template "content" .}}
</main></body>
</html>`

var onboardingPage = template.Must(template.Must(template.New("page").Parse(pageFrame)).Parse(`{{define "content"}}
<h1>Set up payouts</h1>
<p>At Stripe you would now give your details and your bank account.</p>
<dl><dt>Account</dt><dd>{{.Account.ID}}</dd>{{with .Account.Email}}<dt>E-mail</dt><dd>{{.}}</dd>{{end}}<dt>Country</dt><dd>{{.Account.Country}}</dd></dl>
<form method="post">
<input type="hidden" name="session" value="{{.Session}}">
<button type="submit" name="outcome" value="complete">Complete onboarding</button>
<button type="submit" name="outcome" value="restrict">Leave restricted</button>
</form>
{{end}}`))

var expressPage = template.Must(template.Must(template.New("page").Parse(pageFrame)).Parse(`{{define "content"}}
<h1>Your Stripe balance</h1>
<dl><dt>Account</dt><dd>{{.Account.ID}}</dd><dt>Transfers</dt><dd>{{index .Account.Capabilities "transfers"}}</dd>
<dt>Payouts to the bank</dt><dd>{{if .Account.PayoutsEnabled}}on{{else}}off{{end}}</dd></dl>
<h2>Available</h2>
<ul>{{range .Funds}}<li>{{.}}</li>{{else}}<li>Nothing yet</li>{{end}}</ul>
{{end}}`))

var gonePage = template.Must(template.Must(template.New("page").Parse(pageFrame)).Parse(`{{define "content"}}
<h1>This link has ended</h1>
<p>Links to Stripe work once and for a few minutes. Go back and ask for a new one.</p>
{{end}}`))

type pageData struct {
	Title   string
	Nonce   string
	Account *account
	Session string
	Funds   []string
}

// Pages serves the hosted pages alone, so that a server can show them on its own
// address: mount it with http.StripPrefix and give that address as PublicURL.
func (s *Server) Pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /onboarding/{token}", s.openOnboarding)
	mux.HandleFunc("POST /onboarding/{token}", s.finishOnboarding)
	mux.HandleFunc("GET /express/{token}", s.showExpress)
	return mux
}

var errLinkUsed = errors.New("stripe sandbox: the link was used or is too old")

// redeem uses up a link and opens a page session with it.
func (s *Server) redeem(linkToken string, login bool) (link *onboardingLink, holder *account, err error) {
	err = s.change(func(c *change) *apiError {
		found, ok := s.state.links.get(linkToken)
		if !ok || (found.ReturnURL == "") != login {
			return missing(http.StatusNotFound, "", "link", "")
		}
		link = found
		if found.Session != "" || found.ExpiresAt <= c.now.Unix() {
			return nil
		}
		var problem *apiError
		if holder, problem = c.connectedAccount(found.Account); problem != nil {
			return problem
		}
		opened := *found
		opened.Session, opened.ExpiresAt = token(linkTokenLength), c.now.Add(sessionLifetime).Unix()
		c.record.Links = append(c.record.Links, &opened)
		link = &opened
		return nil
	})
	if err == nil && holder == nil {
		err = errLinkUsed
	}
	return link, holder, err
}

func (s *Server) openOnboarding(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead { // a look must not use the link up
		w.WriteHeader(http.StatusOK)
		return
	}
	link, holder, err := s.redeem(r.PathValue("token"), false)
	switch {
	case errors.Is(err, errLinkUsed):
		http.Redirect(w, r, link.RefreshURL, http.StatusSeeOther)
	case err != nil:
		s.pageProblem(w, err)
	default:
		writePage(w, http.StatusOK, onboardingPage, pageData{Title: "Set up payouts (sandbox)", Account: holder, Session: link.Session}, link.ReturnURL, link.RefreshURL)
	}
}

func (s *Server) finishOnboarding(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxPageFormBytes)
	session, outcome := r.PostFormValue("session"), r.PostFormValue("outcome")
	var link *onboardingLink
	done := false
	err := s.change(func(c *change) *apiError {
		found, ok := s.state.links.get(r.PathValue("token"))
		if !ok || found.ReturnURL == "" || found.Session == "" || found.Session != session {
			return missing(http.StatusNotFound, "", "link", "")
		}
		link = found
		if found.Finished || found.ExpiresAt <= c.now.Unix() || outcome != "complete" && outcome != "restrict" {
			return nil
		}
		holder, problem := c.connectedAccount(found.Account)
		if problem != nil {
			return problem
		}
		changed := *holder
		if outcome == "complete" {
			changed.complete(c.now)
		} else {
			changed.DetailsSubmitted = true
			changed.restrict("requirements.past_due", []string{"individual.verification.document"})
		}
		finished := *found
		finished.Finished = true
		c.record.Links = append(c.record.Links, &finished)
		c.putAccount(&changed)
		done = true
		return nil
	})
	switch {
	case err != nil:
		s.pageProblem(w, err)
	case done:
		http.Redirect(w, r, link.ReturnURL, http.StatusSeeOther)
	default:
		http.Redirect(w, r, link.RefreshURL, http.StatusSeeOther)
	}
}

func (s *Server) showExpress(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	_, holder, err := s.redeem(r.PathValue("token"), true)
	if err != nil {
		s.pageProblem(w, err)
		return
	}
	s.mu.Lock()
	amounts := maps.Clone(s.state.balances[holder.ID])
	s.mu.Unlock()
	var funds []string
	for _, currency := range slices.Sorted(maps.Keys(amounts)) {
		funds = append(funds, inMainUnits(amounts[currency], currency))
	}
	writePage(w, http.StatusOK, expressPage, pageData{Title: "Stripe balance (sandbox)", Account: holder, Funds: funds})
}

// inMainUnits writes 1234 US cents as "12.34 USD".
func inMainUnits(minor int64, currency string) string {
	digits, sign := strconv.FormatInt(minor, 10), ""
	if minor < 0 {
		digits, sign = digits[1:], "-"
	}
	if places := exponentOf(currency); places > 0 {
		digits = strings.Repeat("0", max(0, places+1-len(digits))) + digits
		digits = digits[:len(digits)-places] + "." + digits[len(digits)-places:]
	}
	return sign + digits + " " + strings.ToUpper(currency)
}

func (s *Server) pageProblem(w http.ResponseWriter, err error) {
	status := http.StatusNotFound
	var refusal *apiError
	if !errors.As(err, &refusal) && !errors.Is(err, errLinkUsed) {
		s.log.Error("stripe sandbox: a page failed", "error", err)
		status = http.StatusInternalServerError
	}
	writePage(w, status, gonePage, pageData{Title: "Link ended (sandbox)"})
}

// writePage sends a page that may load nothing. Its form may only lead back to
// the sandbox and to the addresses in leads.
func writePage(w http.ResponseWriter, status int, page *template.Template, data pageData, leads ...string) {
	data.Nonce = token(linkTokenLength)
	targets := []string{"'self'"}
	for _, lead := range leads {
		if parsed, err := url.Parse(lead); err == nil {
			targets = append(targets, parsed.Scheme+"://"+parsed.Host)
		}
	}
	var body bytes.Buffer
	if err := page.Execute(&body, data); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+data.Nonce+"'; base-uri 'none'; frame-ancestors 'none'; form-action "+strings.Join(targets, " "))
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the browser is gone when this fails
}
