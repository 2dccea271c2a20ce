package stripesandbox

import (
	"net/url"
	"strings"
	"time"
)

// Lifetimes of what a browser is sent to.
const (
	linkLifetime    = 5 * time.Minute
	sessionLifetime = time.Hour
)

const linkTokenLength = 24 // characters, about 142 bits

type accountLink struct {
	Object    string `json:"object"`
	Created   int64  `json:"created"`
	ExpiresAt int64  `json:"expires_at"`
	URL       string `json:"url"`
}

func (s *Server) createAccountLink(c *call) (any, *apiError) {
	p := c.parameters
	id := p.requiredText("account")
	p.requiredText("type")
	kind := p.oneOf("type", "", "account_onboarding", "account_update")
	refresh, back := p.webAddress("refresh_url"), p.webAddress("return_url")
	p.oneOf("collect", "", "currently_due", "eventually_due")
	p.object("collection_options")
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	found, problem := c.connectedAccount(id)
	if problem != nil {
		return nil, problem
	}
	if kind == "account_update" {
		return nil, refused("type", "", "Accounts of type %s take links of type account_onboarding only.", found.Type)
	}
	made := &onboardingLink{Token: token(linkTokenLength), Account: found.ID, RefreshURL: refresh, ReturnURL: back,
		ExpiresAt: c.now.Add(linkLifetime).Unix()}
	c.record.Links = append(c.record.Links, made)
	return accountLink{Object: "account_link", Created: c.now.Unix(), ExpiresAt: made.ExpiresAt, URL: s.publicURL + "/onboarding/" + made.Token}, nil
}

// webAddress reads a required http or https address.
func (p *parameters) webAddress(name string) string {
	text := p.requiredText(name)
	if text == "" {
		return ""
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || strings.ContainsAny(parsed.Host, ";,'\" ") || parsed.Scheme != "http" && parsed.Scheme != "https" {
		p.fail(invalid(name, "url_invalid", "Not a valid URL"))
	}
	return text
}

type loginLink struct {
	Object  string `json:"object"`
	Created int64  `json:"created"`
	URL     string `json:"url"`
}

func (s *Server) createLoginLink(c *call) (any, *apiError) {
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	if !found.DetailsSubmitted {
		return nil, refused("", "", "Cannot create a login link for an account that has not completed onboarding.")
	}
	made := &onboardingLink{Token: token(linkTokenLength), Account: found.ID, ExpiresAt: c.now.Add(linkLifetime).Unix()}
	c.record.Links = append(c.record.Links, made)
	return loginLink{Object: "login_link", Created: c.now.Unix(), URL: s.publicURL + "/express/" + made.Token}, nil
}
