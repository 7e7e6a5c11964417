using Scalar.AspNetCore;

namespace Allocation.Api;

/// <summary>The OpenAPI document of the service, at <c>/openapi/v1.json</c>, and a page to read and try it, at <c>/scalar</c>.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "Allocation";
        document.Info.Description = "Allocates order lines to batches of stock.";
        return Task.CompletedTask;
    }));

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference(page => page.WithTitle("Allocation").DisableDefaultFonts().DisableTelemetry());
    }
}
