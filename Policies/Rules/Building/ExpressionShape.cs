using System.Linq.Expressions;
using System.Text;

namespace Coral.Policies.Rules.Building;

/// <summary>What an expression does, so that two can be told to do the same: a text of its nodes, and the types, members and constants in it.</summary>
internal sealed class ExpressionShape : IEquatable<ExpressionShape>
{
    private readonly List<object?> constants = [];
    private string text = "";

    internal static ExpressionShape Of(Type type, IReadOnlyList<Conjunct> conjuncts)
    {
        var shape = new ExpressionShape();
        var writer = new Writer(shape);
        writer.Type(type);
        foreach (var conjunct in conjuncts) writer.Write(conjunct);
        shape.text = writer.Text;
        return shape;
    }

    public bool Equals(ExpressionShape? other) => other is not null && text == other.text && constants.SequenceEqual(other.constants);

    public override bool Equals(object? obj) => Equals(obj as ExpressionShape);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    private sealed class Writer(ExpressionShape shape) : ExpressionVisitor
    {
        private readonly StringBuilder text = new();
        private readonly Dictionary<ParameterExpression, int> parameters = [];

        internal string Text => text.ToString();

        internal void Type(Type type) => shape.constants.Add(type);

        internal void Write(Conjunct conjunct)
        {
            parameters[conjunct.Parameter] = 0;
            Visit(conjunct.Body);
            text.Append(';');
        }

        public override Expression? Visit(Expression? node)
        {
            if (node is null) return base.Visit(node);
            text.Append('(').Append((int)node.NodeType).Append(' ');
            Type(node.Type);
            switch (node)
            {
                case ConstantExpression constant:
                    shape.constants.Add(constant.Value);
                    break;
                case ParameterExpression parameter:
                    if (!parameters.TryGetValue(parameter, out var number)) parameters[parameter] = number = parameters.Count;
                    text.Append(number);
                    break;
                case MemberExpression member:
                    Type(member.Member.DeclaringType!);
                    text.Append(member.Member.Name);
                    break;
                case MethodCallExpression call:
                    shape.constants.Add(call.Method);
                    break;
                case NewExpression made:
                    shape.constants.Add(made.Constructor);
                    break;
                case TypeBinaryExpression test:
                    Type(test.TypeOperand);
                    break;
                case BinaryExpression or UnaryExpression or ConditionalExpression or LambdaExpression or InvocationExpression or NewArrayExpression:
                    break;
                default:
                    // Rare kinds are like nothing but themselves.
                    shape.constants.Add(node);
                    break;
            }

            var visited = base.Visit(node);
            text.Append(')');
            return visited;
        }
    }
}
