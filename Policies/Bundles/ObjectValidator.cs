using System.Collections.Immutable;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;

namespace Coral.Policies.Bundles;

/// <summary>Looks at a value that is there and says what is wrong with it.</summary>
internal delegate void JsonCheck(JsonField field, Action<string, string> report);

/// <summary>
/// The rules for one object of a document: each member by name with its check; any other member is a mistake. One FluentValidation rule with one
/// component a member, because each further rule would compile an expression at start.
/// </summary>
internal abstract class ObjectValidator : AbstractValidator<JsonField>
{
    private readonly IRuleBuilderInitial<JsonField, JsonField> rule;
    private readonly List<string> known = [];

    private readonly bool open;

    /// <param name="open">Members without a rule are no mistake.</param>
    protected ObjectValidator(bool open = false)
    {
        this.open = open;
        rule = RuleFor(field => field);
        rule.Custom((field, context) => CheckShape(field, Reporter(context)));
    }

    /// <summary>Members whose content is not ours (<c>metadata</c>, <c>status</c>).</summary>
    protected void Ignored(params ReadOnlySpan<string> names) => known.AddRange(names);

    protected void Optional(string name, JsonCheck check)
    {
        known.Add(name);
        rule.Custom((field, context) =>
        {
            var member = field.Member(name);
            if (!member.IsAbsent) check(member, Reporter(context));
        });
    }

    protected void Required(string name, JsonCheck check)
    {
        Optional(name, check);
        rule.Custom((field, context) =>
        {
            if (field.Value.ValueKind == JsonValueKind.Object && field.Member(name).IsAbsent) Reporter(context)(JsonPath.Member(field.Path, name), "is needed");
        });
    }

    /// <summary>A rule over several members. It is asked only for objects.</summary>
    protected void Together(JsonCheck check) => rule.Custom((field, context) =>
    {
        if (field.Value.ValueKind == JsonValueKind.Object) check(field, Reporter(context));
    });

    /// <summary>This validator as the check of a member of another.</summary>
    public JsonCheck AsCheck() => (field, report) =>
    {
        foreach (var failure in Validate(field).Errors) report(failure.PropertyName, failure.ErrorMessage);
    };

    public ImmutableArray<Mistake> Mistakes(JsonElement document) =>
        [.. Validate(new JsonField(document, "")).Errors.Select(failure => new Mistake(failure.PropertyName, failure.ErrorMessage))];

    private static Action<string, string> Reporter(ValidationContext<JsonField> context) =>
        (path, message) => context.AddFailure(new ValidationFailure(path, message));

    private void CheckShape(JsonField field, Action<string, string> report)
    {
        if (field.Value.ValueKind != JsonValueKind.Object)
        {
            report(field.Path, $"expected an object, found {field.Value.Describe()}");
            return;
        }

        foreach (var (name, member) in field.Members())
        {
            if (!open && !known.Contains(name)) report(member.Path, $"unknown field \"{JsonDescribe.Short(name)}\"; {Suggest.Among(name, known)}");
        }
    }
}
