using System.Linq.Expressions;

namespace Anywise.Domain;

/// <summary>A named condition on objects, for databases as an expression and for code as an answer. Immutable and thread-safe.</summary>
/// <remarks>Derive from it to give the condition a name of the domain: <c>class Overdue(DateOnly today) : Specification&lt;Loan>(loan => loan.Due &lt; today);</c></remarks>
/// <typeparam name="T">What the condition is about.</typeparam>
/// <seealso href="https://martinfowler.com/apsupp/spec.pdf">Eric Evans and Martin Fowler: Specifications.</seealso>
public class Specification<T>
{
    private readonly Lazy<Func<T, bool>> _isSatisfiedBy;

    /// <summary>Makes a specification of a condition.</summary>
    /// <param name="condition">The condition; a repository on a database has to be able to translate it.</param>
    public Specification(Expression<Func<T, bool>> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        Condition = condition;
        _isSatisfiedBy = new Lazy<Func<T, bool>>(condition.Compile);
    }

    /// <summary>The condition as an expression, for queries.</summary>
    public Expression<Func<T, bool>> Condition { get; }

    /// <summary>Whether an object satisfies the condition.</summary>
    /// <param name="candidate">The object.</param>
    public bool IsSatisfiedBy(T candidate) => _isSatisfiedBy.Value(candidate);

    /// <summary>Satisfied by what satisfies both.</summary>
    /// <param name="other">The other specification.</param>
    public Specification<T> And(Specification<T> other) => With(other, Expression.AndAlso);

    /// <summary>Satisfied by what satisfies at least one of both.</summary>
    /// <param name="other">The other specification.</param>
    public Specification<T> Or(Specification<T> other) => With(other, Expression.OrElse);

    /// <summary>Satisfied by what does not satisfy this one.</summary>
    public Specification<T> Not() => new(Expression.Lambda<Func<T, bool>>(Expression.Not(Condition.Body), Condition.Parameters));

    private Specification<T> With(Specification<T> other, Func<Expression, Expression, BinaryExpression> combine)
    {
        ArgumentNullException.ThrowIfNull(other);
        var candidate = Condition.Parameters[0];
        var otherBody = new Renaming(other.Condition.Parameters[0], candidate).Visit(other.Condition.Body);
        return new(Expression.Lambda<Func<T, bool>>(combine(Condition.Body, otherBody), candidate));
    }

    /// <summary>Two conditions become one about the same object.</summary>
    private sealed class Renaming(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
