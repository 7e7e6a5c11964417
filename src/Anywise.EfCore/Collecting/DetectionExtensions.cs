using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Collecting;

/// <summary>Asks a context something without letting it detect changes, which was done a moment ago.</summary>
internal static class DetectionExtensions
{
    public static TAnswer WithoutDetection<TAnswer>(this DbContext context, Func<DbContext, TAnswer> question)
    {
        var detects = context.ChangeTracker.AutoDetectChangesEnabled;
        context.ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return question(context);
        }
        finally
        {
            context.ChangeTracker.AutoDetectChangesEnabled = detects;
        }
    }
}
