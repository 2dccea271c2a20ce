package demo

import (
	"context"
	"fmt"

	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/outreach"
)

// lead is a prospect of the demo: when it was found, how far it comes and how long each step takes.
type lead struct {
	name, handle string
	platform     creator.Platform
	followers    int
	niches       []string
	found        int // days before now
	path         []outreach.Stage
	pace         int // days between steps
	fit          int
	next         string
}

var leads = []lead{
	{"Freya Dahl", "freya.bare", creator.PlatformInstagram, 31200, []string{"skincare"}, 74, steps(outreach.StageAgreed), 9, 88, "Send the partnership link"},
	{"Rosa Marin", "rosamarin", creator.PlatformTiktok, 154000, []string{"skincare", "comedy"}, 61, steps(outreach.StageNegotiating), 8, 81, "Answer her fee for two videos"},
	{"Sam Adler", "samadler", creator.PlatformYoutube, 88400, []string{"science"}, 52, steps(outreach.StageNegotiating), 11, 92, "Offer 18% for the serum launch"},
	{"Yuki Mori", "yukimori.skin", creator.PlatformInstagram, 27800, []string{"skincare"}, 44, steps(outreach.StageReplied), 10, 77, "Propose a call"},
	{"Elin Berg", "elinberg", creator.PlatformYoutube, 19600, []string{"wellness"}, 41, steps(outreach.StageReplied), 12, 69, "Send samples"},
	{"Carla Nunes", "carlanunes", creator.PlatformTiktok, 240500, []string{"beauty"}, 38, steps(outreach.StageReplied), 7, 58, ""},
	{"Amadou Ba", "amadou.cares", creator.PlatformInstagram, 46900, []string{"skincare", "men"}, 33, steps(outreach.StageContacted), 9, 84, "Write again on Thursday"},
	{"Grace Lim", "gracelim", creator.PlatformYoutube, 61000, []string{"skincare"}, 30, steps(outreach.StageContacted), 9, 79, ""},
	{"Nils Holm", "nilsholm", creator.PlatformPodcast, 9400, []string{"health"}, 27, steps(outreach.StageContacted), 9, 61, ""},
	{"Jana Petrov", "janapetrov", creator.PlatformInstagram, 15300, []string{"skincare"}, 24, steps(outreach.StageContacted), 8, 73, ""},
	{"Theo Laurent", "theolaurent", creator.PlatformTiktok, 33700, []string{"skincare"}, 19, nil, 0, 71, "Watch three videos, then write"},
	{"Mina Aziz", "mina.aziz", creator.PlatformInstagram, 58200, []string{"beauty", "skincare"}, 16, nil, 0, 86, "Name her post on eczema"},
	{"Paul Novak", "paulnovak", creator.PlatformYoutube, 12100, []string{"men"}, 12, nil, 0, 54, ""},
	{"Leila Haddou", "leilahaddou", creator.PlatformInstagram, 90800, []string{"beauty"}, 9, nil, 0, 66, ""},
	{"Ida Storm", "idastorm", creator.PlatformTiktok, 22600, []string{"skincare"}, 4, nil, 0, 80, ""},
	{"Dario Conti", "dario.conti", creator.PlatformInstagram, 18900, []string{"men"}, 66, append(steps(outreach.StageContacted), outreach.StageUnresponsive), 12, 49, ""},
	{"Bea Kowalski", "beakowalski", creator.PlatformYoutube, 71400, []string{"beauty"}, 58, append(steps(outreach.StageReplied), outreach.StageDeclined), 10, 64, ""},
	{"Omar Farouk", "omarfarouk", creator.PlatformTiktok, 39900, []string{"skincare"}, 70, append(steps(outreach.StageNegotiating), outreach.StageDeclined), 8, 75, ""},
}

// steps is the way forward up to a stage.
func steps(to outreach.Stage) []outreach.Stage {
	way := []outreach.Stage{outreach.StageContacted, outreach.StageReplied, outreach.StageNegotiating, outreach.StageAgreed}
	for i, s := range way {
		if s == to {
			return append([]outreach.Stage(nil), way[:i+1]...)
		}
	}
	return nil
}

// woo plays one day of outreach: who is found, and who comes a step further.
func (w *world) woo(ctx context.Context) error {
	for i, l := range leads {
		if err := w.meanwhile(ctx, w.wooOne(ctx, i, l, w.age()-l.found)); err != nil {
			return fmt.Errorf("prospect %s: %w", l.handle, err)
		}
	}
	return nil
}

// wooOne plays the day of a lead that is found in age days.
func (w *world) wooOne(ctx context.Context, i int, l lead, age int) error {
	step := 0
	if age < 0 && l.pace > 0 && -age%l.pace == 0 && -age/l.pace <= len(l.path) {
		step = -age / l.pace
	}
	if age != 0 && step == 0 {
		return nil
	}
	staff := w.as(ctx, "brand@demo.test")
	p, err := w.prospect(ctx, l)
	if err != nil {
		return err
	}
	if age == 0 {
		return w.find(staff, i, l, p)
	}
	to := l.path[step-1]
	if p == nil || p.Stage == to {
		return nil
	}
	reason := ""
	if to == outreach.StageDeclined {
		reason = "Works with another brand this year."
	}
	if _, err := w.Outreach.Move(staff, outreach.MoveInput{ProspectID: p.ID, ToStage: to, Reason: reason}); err != nil {
		return err
	}
	if to != outreach.StageReplied {
		return nil
	}
	_, err = w.Outreach.AddNote(staff, p.ID, "Likes the cleanser already. Wants to see the studies behind the serum.")
	return err
}

// find writes a lead down, unless it is.
func (w *world) find(staff context.Context, i int, l lead, known *outreach.Prospect) error {
	if known == nil {
		made, err := w.Outreach.Create(staff, outreach.CreateInput{ProgramID: w.programs["glow-circle"].ID, Name: l.name, Platform: l.platform, Handle: l.handle,
			Followers: l.followers, Source: "Found by hand", Niches: l.niches, FitScore: l.fit})
		if err != nil {
			return err
		}
		known = &made
	}
	w.leads[i] = known.ID
	if l.next == "" {
		return nil
	}
	_, err := w.Outreach.Update(staff, outreach.UpdateInput{ProspectID: known.ID, NextStep: outreach.Change[string]{Given: true, Value: &l.next},
		OwnerID: outreach.Change[id.ID]{Given: true, Value: ptr(w.users["brand@demo.test"])}})
	return err
}

// prospect gives what was written down about a lead, nil before.
func (w *world) prospect(ctx context.Context, l lead) (*outreach.Prospect, error) {
	list, err := w.Outreach.List(w.as(ctx, "brand@demo.test"), outreach.Filter{BrandID: w.brands["lumen-skin"].ID, Search: &l.handle}, everyone)
	if err != nil {
		return nil, err
	}
	for _, p := range list.Nodes() {
		if p.Handle == l.handle && p.Name == l.name {
			return &p, nil
		}
	}
	return nil, nil
}

func ptr[T any](v T) *T { return &v }
