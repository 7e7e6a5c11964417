using System.ComponentModel.DataAnnotations;

namespace Allocation.Api;

public sealed record AddBatchRequest
{
    [Display(Name = "ref"), Required, StringLength(Key.MaxLength), RegularExpression(Key.Characters, ErrorMessage = Key.Refusal)]
    public required string Ref { get; init; }

    [Display(Name = "sku"), Required, StringLength(Key.MaxLength), RegularExpression(Key.Characters, ErrorMessage = Key.Refusal)]
    public required string Sku { get; init; }

    [Display(Name = "qty"), Range(1, int.MaxValue)]
    public required int Qty { get; init; }

    /// <summary>Has to be there, so that nobody forgets it; null says that the batch is in the warehouse.</summary>
    [Display(Name = "eta")]
    public required DateOnly? Eta { get; init; }
}

public sealed record AllocateRequest
{
    [Display(Name = "orderid"), Required, StringLength(Key.MaxLength), RegularExpression(Key.Characters, ErrorMessage = Key.Refusal)]
    public required string OrderId { get; init; }

    [Display(Name = "sku"), Required, StringLength(Key.MaxLength), RegularExpression(Key.Characters, ErrorMessage = Key.Refusal)]
    public required string Sku { get; init; }

    [Display(Name = "qty"), Range(1, int.MaxValue)]
    public required int Qty { get; init; }
}

/// <summary>What every database takes for a key.</summary>
internal static class Key
{
    /// <summary>The length of the columns of the book; PostgreSQL indexes no text that is much longer.</summary>
    public const int MaxLength = 255;

    /// <summary>Any but control characters: PostgreSQL does not store the first of them, and nobody can read the others.</summary>
    public const string Characters = @"\P{Cc}*";

    public const string Refusal = "The field {0} contains a control character.";
}
