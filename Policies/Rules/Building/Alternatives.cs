namespace Coral.Policies.Rules.Building;

/// <summary>Takes groups apart: every way to meet the conditions, each a plain list.</summary>
internal static class Alternatives
{
    internal static IEnumerable<List<Element>> Of(Element element) => element switch
    {
        AllOf all => all.Parts.Aggregate<Element, IEnumerable<List<Element>>>([[]], (ways, part) => ways.SelectMany(way => Of(part).Select(more => (List<Element>)[.. way, .. more]))),
        AnyOf any => any.Parts.SelectMany(Of),
        _ => [[element]],
    };
}
