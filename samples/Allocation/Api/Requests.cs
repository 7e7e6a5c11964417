using System.ComponentModel.DataAnnotations;

namespace Allocation.Api;

public sealed record AddBatchRequest
{
    [Display(Name = "ref"), Required]
    public required string Ref { get; init; }

    [Display(Name = "sku"), Required]
    public required string Sku { get; init; }

    [Display(Name = "qty"), Range(1, int.MaxValue)]
    public required int Qty { get; init; }

    /// <summary>Has to be there, so that nobody forgets it; null says that the batch is in the warehouse.</summary>
    [Display(Name = "eta")]
    public required DateOnly? Eta { get; init; }
}

public sealed record AllocateRequest
{
    [Display(Name = "orderid"), Required]
    public required string OrderId { get; init; }

    [Display(Name = "sku"), Required]
    public required string Sku { get; init; }

    [Display(Name = "qty"), Range(1, int.MaxValue)]
    public required int Qty { get; init; }
}
