using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

IServiceCollection services = new ServiceCollection();
var connectionString = "";
var clock = TimeProvider.System;
ShopContext context = null!;
Order order = null!;

public sealed class ShopContext : DbContext;

public sealed class Order : AggregateRoot<Guid>
{
    public void Place() => Raise(new OrderPlaced(Id));
}

public sealed record OrderPlaced(Guid OrderId) : IDomainEvent;

public sealed record CancelUnpaidOrder(Guid OrderId) : ICommand;
