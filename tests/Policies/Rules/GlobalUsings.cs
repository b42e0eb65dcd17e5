// The one place that says whose rule engine is tested.
#if USE_NRULES
global using Coral.Policies.Rules;
global using NRules;
global using NRules.AgendaFilters;
global using NRules.Diagnostics;
global using NRules.Extensibility;
global using NRules.Fluent;
global using NRules.Fluent.Dsl;
global using NRules.RuleModel;
global using NRules.Testing;
#else
global using Coral.Policies.Rules;
global using Coral.Policies.Rules.Diagnostics;
global using Coral.Policies.Rules.Dsl;
global using Coral.Policies.Rules.Explaining;
global using Coral.Policies.Rules.Extensibility;
global using Coral.Policies.Rules.Fluent;
global using Coral.Policies.Rules.RuleModel;
global using Coral.Policies.Rules.Testing;
#endif
