namespace Anywise.Domain;

/// <summary>The result of a command that answers nothing: a type with one value.</summary>
public readonly record struct Unit;
