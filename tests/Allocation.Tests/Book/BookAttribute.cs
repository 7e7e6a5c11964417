namespace Allocation.Tests.Book;

/// <summary>Says which test of the book's suite a test is the counterpart of, as pytest names it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BookAttribute(string test) : Attribute
{
    public string Test { get; } = test;
}
