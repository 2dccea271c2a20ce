package attribution

import (
	"fmt"
	"slices"
	"time"

	"tributary/internal/kit/money"
)

// Model says how the touches of the winning kind share the credit.
type Model string

// The credit models.
const (
	LastTouch     Model = "LAST_TOUCH"
	FirstTouch    Model = "FIRST_TOUCH"
	Linear        Model = "LINEAR"
	PositionBased Model = "POSITION_BASED"
	TimeDecay     Model = "TIME_DECAY"
)

// Models lists every credit model.
var Models = []Model{LastTouch, FirstTouch, Linear, PositionBased, TimeDecay}

const (
	// ClockSkew is how long after the order a touch may lie and still count as
	// made at the order: clocks of shop and server differ.
	ClockSkew = 5 * time.Minute
	// CodeGrace is how long after its end a code still counts: shops learn of
	// the end late.
	CodeGrace = 24 * time.Hour
	// MinHalfLife and MaxHalfLife bound the half-life of TIME_DECAY.
	MinHalfLife = time.Hour
	MaxHalfLife = 365 * 24 * time.Hour
	// DefaultHalfLife is the half-life of TIME_DECAY where a policy names none.
	DefaultHalfLife = 7 * 24 * time.Hour
	// DefaultThreshold is the confidence from which a survey answer or a
	// modelled match pays, where the policy allows it at all.
	DefaultThreshold money.PPM = 900_000
)

// Policy is a brand's rule for who wins among eligible touches. A version is
// never changed once published.
type Policy struct {
	Version int `json:"version"`
	// Precedence lists the kinds that pay, the strongest first.
	Precedence []Kind `json:"precedence"`
	Model      Model  `json:"model"`
	// HalfLife is the age at which a touch weighs half as much under TIME_DECAY.
	HalfLife time.Duration `json:"halfLife,omitempty"`
	// SurveyPays lets a survey answer pay when nothing stronger counts.
	SurveyPays      bool      `json:"surveyPays,omitempty"`
	SurveyThreshold money.PPM `json:"surveyThreshold,omitempty"`
	// ModelledPays lets a modelled match pay when nothing stronger counts.
	ModelledPays      bool      `json:"modelledPays,omitempty"`
	ModelledThreshold money.PPM `json:"modelledThreshold,omitempty"`
}

// DefaultPolicy is what a brand has before it publishes its own: codes before
// clicks before bindings, all credit to the last touch, and no pay for survey
// answers or modelled matches alone.
func DefaultPolicy() Policy {
	return Policy{
		Version:           1,
		Precedence:        slices.Clone(Kinds),
		Model:             LastTouch,
		HalfLife:          DefaultHalfLife,
		SurveyThreshold:   DefaultThreshold,
		ModelledThreshold: DefaultThreshold,
	}
}

// Problem is one thing that is wrong with a policy, with the path of the field.
type Problem struct {
	Path    string
	Message string
}

// Problems lists what keeps a policy from being published; none when it is sound.
func (p Policy) Problems() []Problem {
	var problems []Problem
	add := func(path, message string) { problems = append(problems, Problem{Path: path, Message: message}) }
	if len(p.Precedence) == 0 {
		add("precedence", "Name at least one kind of touch.")
	}
	for i, kind := range p.Precedence {
		path := fmt.Sprintf("precedence.%d", i)
		if !kind.Valid() {
			add(path, "This is not a kind of touch.")
		} else if slices.Contains(p.Precedence[:i], kind) {
			add(path, "Each kind of touch may stand here once.")
		}
	}
	if !slices.Contains(Models, p.Model) {
		add("model", "This is not a credit model.")
	}
	if p.Model == TimeDecay && (p.HalfLife < MinHalfLife || p.HalfLife > MaxHalfLife) {
		add("halfLife", "The half-life must lie between one hour and 365 days.")
	}
	if p.SurveyThreshold < 0 || p.SurveyThreshold > money.One {
		add("surveyThreshold", "The confidence must lie between 0 and 100%.")
	}
	if p.ModelledThreshold < 0 || p.ModelledThreshold > money.One {
		add("modelledThreshold", "The confidence must lie between 0 and 100%.")
	}
	return problems
}

// pays tells whether the policy pays for a kind at all.
func (p Policy) pays(kind Kind) bool {
	if kind == Survey && !p.SurveyPays || kind == Modelled && !p.ModelledPays {
		return false
	}
	return slices.Contains(p.Precedence, kind)
}

// halfLife is the half-life in use, the default where none is set.
func (p Policy) halfLife() time.Duration {
	if p.HalfLife <= 0 {
		return DefaultHalfLife
	}
	return p.HalfLife
}

// model is the credit model in use: LAST_TOUCH where none is set.
func (p Policy) model() Model {
	if slices.Contains(Models, p.Model) {
		return p.Model
	}
	return LastTouch
}

// single tells whether the model gives all credit to one touch.
func (p Policy) single() bool { return p.model() == LastTouch || p.model() == FirstTouch }
