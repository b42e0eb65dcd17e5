using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Coral.Policies.Rules.Building;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Explaining;

/// <summary>Says an expression over a tuple in words: <c>level.Value is Privileged and Count is at least 2</c>.</summary>
internal sealed class Words(Branch branch, int own)
{
    internal string Of(IReadOnlyCollection<Expression> clauses) =>
        string.Join(" and ", clauses.Select(clause => clauses.Count > 1 && clause.NodeType == ExpressionType.OrElse ? $"({Of(clause)})" : Of(clause)));

    internal string Of(Expression clause) => clause switch
    {
        BinaryExpression { NodeType: ExpressionType.OrElse } either => $"{Of(either.Left)} or {Of(either.Right)}",
        BinaryExpression { NodeType: ExpressionType.AndAlso } both => $"{Of(both.Left)} and {Of(both.Right)}",
        BinaryExpression two when Verb(two.NodeType) is { } verb => $"{Term(two.Left)} {verb} {Term(two.Right, two.Left)}",
        UnaryExpression { NodeType: ExpressionType.Not } not => not.Operand is MemberExpression ? $"{Term(not.Operand)} is false" : $"not ({Of(not.Operand)})",
        MemberExpression member => $"{Term(member)} is true",
        _ => Term(clause),
    };

    /// <summary>The side of a clause whose value tells why it fails.</summary>
    internal static Expression? Subject(Expression clause) => clause switch
    {
        BinaryExpression two when Verb(two.NodeType) is not null => Unwrap(two.Left),
        _ => null,
    };

    internal static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => value.ToString() is { Length: > 120 } text ? text[..117] + "..." : value.ToString() ?? "",
    };

    private static string? Verb(ExpressionType type) => type switch
    {
        ExpressionType.Equal => "is",
        ExpressionType.NotEqual => "is not",
        ExpressionType.GreaterThan => "is more than",
        ExpressionType.GreaterThanOrEqual => "is at least",
        ExpressionType.LessThan => "is less than",
        ExpressionType.LessThanOrEqual => "is at most",
        _ => null,
    };

    private string Term(Expression? expression, Expression? beside = null)
    {
        // Comparisons of enums are compiled as comparisons of their numbers.
        if (expression is ConstantExpression { Value: { } number } && beside is UnaryExpression { NodeType: ExpressionType.Convert } cast && cast.Operand.Type.IsEnum)
            return Enum.ToObject(cast.Operand.Type, number).ToString()!;
        switch (expression)
        {
            case null:
                return "";
            case ConstantExpression constant:
                return Value(constant.Value);
            case var read when TupleReads.PlaceOf(read) is >= 0 and var place:
                return place == own || place >= branch.Declarations.Length ? "it" : Name(place);
            case MemberExpression member:
                return Member(member);
            case MethodCallExpression call:
                return Call(call);
            case UnaryExpression { NodeType: ExpressionType.Convert } convert:
                return Term(convert.Operand);
            case BinaryExpression { NodeType: ExpressionType.ArrayIndex } index:
                return $"{Term(index.Left)}[{Term(index.Right)}]";
            case ParameterExpression parameter:
                return parameter.Name ?? "it";
            case LambdaExpression lambda:
                return $"{string.Join(", ", lambda.Parameters.Select(parameter => parameter.Name))} => {Of(lambda.Body)}";
            case BinaryExpression or UnaryExpression when Verb(expression.NodeType) is not null || expression.NodeType is ExpressionType.AndAlso or ExpressionType.OrElse or ExpressionType.Not:
                return Of(expression);
            default:
                return expression.ToString();
        }
    }

    private string Member(MemberExpression member) => member.Expression switch
    {
        null => member.Member.Name,
        // A captured value that is no alias.
        ConstantExpression { Value: { } closure } when member.Member is FieldInfo field => Value(field.GetValue(closure)),
        _ => Term(member.Expression) is var name && name == "it" ? member.Member.Name : $"{name}.{member.Member.Name}",
    };

    private string Call(MethodCallExpression call)
    {
        var arguments = call.Arguments.Select(argument => Term(argument)).ToList();
        var target = Term(call.Object);
        if (call.Object is null && call.Method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), inherit: false))
        {
            target = arguments[0];
            arguments.RemoveAt(0);
        }

        var text = new StringBuilder();
        if (target.Length > 0 && target != "it") text.Append(target).Append('.');
        return text.Append(call.Method.Name).Append('(').AppendJoin(", ", arguments).Append(')').ToString();
    }

    private string Name(int place) => branch.Declarations[place] is { Name.Length: > 0 } named ? named.Name : branch.Declarations[place].Type.Name;

    private static Expression Unwrap(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Convert } convert && convert.Operand.Type.IsEnum ? convert.Operand : expression;
}
