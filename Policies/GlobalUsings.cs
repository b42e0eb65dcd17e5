// The one place that says whose rule engine selection is written for.
#if USE_NRULES
global using NRules;
global using NRules.Fluent;
global using NRules.Fluent.Dsl;
global using NRules.RuleModel;
#else
global using Coral.Policies.Rules;
global using Coral.Policies.Rules.Dsl;
global using Coral.Policies.Rules.Fluent;
global using Coral.Policies.Rules.RuleModel;
#endif
