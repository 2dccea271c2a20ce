package payout

// OnStep calls f at each named step of sending a payout, in this service.
func (s *Service) OnStep(f func(name string)) { s.step = f }
