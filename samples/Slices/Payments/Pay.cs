using Anywise.Domain;
using Anywise.EfCore;

namespace Slices.Payments;

/// <summary>The one thing that can be asked of this slice.</summary>
public sealed record Pay(Guid OrderId, decimal Amount) : ICommand;

internal sealed class PayHandler(IUnitOfWork<PaymentsContext> unitOfWork) : ICommandHandler<Pay>
{
    public async ValueTask HandleAsync(Pay command, CancellationToken cancellationToken)
    {
        unitOfWork.Add(new Payment(command.OrderId, command.Amount));
        await unitOfWork.CommitAsync(cancellationToken);
    }
}
