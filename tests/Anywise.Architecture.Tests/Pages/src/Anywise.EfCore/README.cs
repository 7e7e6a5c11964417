using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

IServiceCollection services = new ServiceCollection();
var connectionString = "";

public sealed class ShopContext : DbContext;
