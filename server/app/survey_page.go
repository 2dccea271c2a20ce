package app

import (
	"bytes"
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/ratelimit"
	"tributary/internal/sale"
)

// Bounds of the survey page, for one network.
const (
	answersAtOnce = 20
	answerEvery   = 30 * time.Second
	answerForm    = 4 << 10 // bytes
)

// surveyFrame is the whole page: it works without any script, and says nothing of order or customer.
var surveyFrame = template.Must(template.New("survey").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
{{if .Again}}<meta http-equiv="refresh" content="20">{{end}}
<title>{{.Title}}</title>
<style nonce="{{.Nonce}}">
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f6f3ec; color: #0f2a33; }
main { box-sizing: border-box; width: min(34rem, 100% - 2rem); margin: 12vh auto 2rem; padding: 2rem; background: #fffefb; border: 1px solid #e6e0d4; border-radius: 8px; }
h1 { font-size: 1.25rem; line-height: 1.4; letter-spacing: -.012em; margin: 0 0 .25rem; text-wrap: balance; }
p { margin: 0 0 1.25rem; color: #3f565f; }
p:last-child { margin: 0; }
label { display: block; font-weight: 600; margin-bottom: .375rem; }
input { box-sizing: border-box; width: 100%; min-height: 44px; padding: .5rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid #7c8887; border-radius: 8px; }
.hint { font-size: .875rem; line-height: 1.4; color: #596d75; margin: .375rem 0 1.25rem; }
.wrong { font-size: .875rem; color: #a4411d; font-weight: 600; margin: .375rem 0 1.25rem; }
button { font: inherit; font-weight: 600; min-height: 44px; padding: .5rem 1.25rem; color: #fff; background: #0b6a73; border: 0; border-radius: 8px; cursor: pointer; }
:focus-visible { outline: 2px solid #0e7c86; outline-offset: 2px; }
@media (max-width: 30rem) { main { margin-top: 2rem; padding: 1.25rem; } button { width: 100%; } }
@media (prefers-color-scheme: dark) {
  body { background: #0a181d; color: #eaf0ec; }
  main { background: #10232a; border-color: #1d363e; }
  p { color: #afc2c4; } .hint { color: #8fa6aa; } .wrong { color: #f39a76; } input { border-color: #67848b; } button { color: #06171a; background: #34a5a9; }
  :focus-visible { outline-color: #3fb8bc; }
}
</style>
</head>
<body><main>
<h1>{{.Title}}</h1>
{{if .Ask}}<p>One question: it helps {{.Brand}} to thank the right person.</p>
<form method="post">
<label for="answer">What or who brought you to us?</label>
<input id="answer" name="answer" type="text" maxlength="300" autocomplete="off" value="{{.Answer}}" required {{if .Wrong}}aria-invalid="true" {{end}}aria-describedby="hint">
{{if .Wrong}}<p class="wrong" id="hint" role="alert">{{.Wrong}}</p>{{else}}<p class="hint" id="hint">For example the name of somebody you follow, a video, or a friend. Please leave your own name out.</p>{{end}}
<button type="submit">Send</button>
</form>{{else}}<p>{{.Words}}</p>{{end}}
</main></body>
</html>
`))

// surveyPage is what the page shows.
type surveyPage struct {
	Title, Nonce, Brand, Answer, Wrong, Words string
	Ask, Again                                bool
}

// surveyPages answer /s/{token}, the page that asks a customer who sent them, and /s/{brand}/{checkout}, which leads there.
type surveyPages struct {
	*services
	limit *ratelimit.Limiter // by network
}

func newSurveyPages(s *services) surveyPages {
	return surveyPages{services: s, limit: ratelimit.New(ratelimit.Config{Clock: s.clock, Burst: answersAtOnce, Every: answerEvery})}
}

// ServeHTTP asks the question and takes the answer.
func (p surveyPages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	survey, err := p.sales.Survey(r.Context(), token)
	switch {
	case fault.Is(err, fault.NotFound):
		p.show(w, r, http.StatusNotFound, surveyPage{Title: "There is no such page", Words: "The address is wrong or was cut off."})
		return
	case err != nil:
		p.fail(w, r, err)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		p.show(w, r, http.StatusOK, asked(survey))
	case http.MethodPost:
		p.take(w, r, token, survey)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "This page is read and answered.", http.StatusMethodNotAllowed)
	}
}

// asked is the page before an answer.
func asked(s sale.Survey) surveyPage {
	switch {
	case s.Answered:
		return thanks(s.Brand)
	case s.Closed:
		return surveyPage{Title: "This question is closed", Words: "It could be answered for 90 days after the order."}
	}
	return surveyPage{Title: "Thank you for your order at " + s.Brand, Brand: s.Brand, Ask: true}
}

func thanks(brand string) surveyPage {
	return surveyPage{Title: "Thank you", Words: "Your answer is with " + brand + ". You can close this page."}
}

// take records an answer. The same page sent twice is thanked for twice.
func (p surveyPages) take(w http.ResponseWriter, r *http.Request, token string, survey sale.Survey) {
	if wait, ok := p.limit.Take(p.network(r)); !ok {
		w.Header().Set("Retry-After", "30")
		page := asked(survey)
		page.Wrong = ratelimit.Err(wait).Error()
		p.show(w, r, http.StatusTooManyRequests, page)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, answerForm)
	if err := r.ParseForm(); err != nil {
		page := asked(survey)
		page.Wrong = "This could not be read. Write at most 300 characters."
		p.show(w, r, http.StatusBadRequest, page)
		return
	}
	answer := r.PostForm.Get("answer")
	err := p.sales.AnswerSurvey(r.Context(), token, answer)
	switch {
	case err == nil || fault.Is(err, fault.Conflict):
		http.Redirect(w, r, (&url.URL{Path: r.URL.Path}).String(), http.StatusSeeOther)
	case len(fault.All(err)) > 0 && !fault.Is(err, fault.Unavailable):
		page := asked(survey)
		page.Wrong, page.Answer = fault.All(err)[0].Message, answer
		p.show(w, r, http.StatusUnprocessableEntity, page)
	default:
		p.fail(w, r, err)
	}
}

// network is who is bounded: the client's network, as it bounds beacons.
func (p surveyPages) network(r *http.Request) string {
	a := p.client(r)
	bits := 24
	if a.Is6() {
		bits = 56
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// checkout leads from the token of a checkout, which the shop's page of thanks knows, to the order's own page.
func (p surveyPages) checkout(w http.ResponseWriter, r *http.Request) {
	brand, err := id.Parse(r.PathValue("brand"))
	token := ""
	if err == nil {
		token, err = p.sales.SurveyOfCheckout(r.Context(), brand, r.PathValue("checkout"))
	} else {
		err = fault.Missing("survey")
	}
	switch {
	case fault.Is(err, fault.NotFound):
		p.show(w, r, http.StatusNotFound, surveyPage{Title: "One moment", Again: true,
			Words: "Your order is on its way here. This page looks again by itself in 20 seconds."})
	case err != nil:
		p.fail(w, r, err)
	default:
		http.Redirect(w, r, "/s/"+token, http.StatusSeeOther)
	}
}

func (p surveyPages) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil { // nobody waits for the answer
		return
	}
	p.log.ErrorContext(r.Context(), "a survey's page failed", "error", err)
	p.show(w, r, http.StatusServiceUnavailable, surveyPage{Title: "This does not work at the moment", Words: "Please try again in a few minutes."})
}

// show writes the page with a policy that lets nothing else in.
func (p surveyPages) show(w http.ResponseWriter, r *http.Request, status int, page surveyPage) {
	page.Nonce = rand.Text()
	var body bytes.Buffer
	if err := surveyFrame.Execute(&body, page); err != nil {
		p.log.ErrorContext(r.Context(), "a survey's page cannot be written", "error", err)
		http.Error(w, "This does not work at the moment.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+page.Nonce+"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = body.WriteTo(w) // the client left
	}
}
