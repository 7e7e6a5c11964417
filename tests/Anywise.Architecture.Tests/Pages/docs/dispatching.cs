using Anywise.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

IServiceCollection services = new ServiceCollection();
WebApplication app = null!;

public interface IAudited;
public sealed record Find : IQuery<int>, IAudited;
