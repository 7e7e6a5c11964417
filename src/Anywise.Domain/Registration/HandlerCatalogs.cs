using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Anywise.Domain.Registration;

/// <summary>Where the generated code of each assembly says which handlers the assembly has. Thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class HandlerCatalogs
{
    /// <summary>Weak, so that an assembly that can be unloaded still can.</summary>
    private static readonly ConditionalWeakTable<Assembly, Action<IHandlerCatalog>> Descriptions = [];

    /// <summary>Leaves the description of an assembly's handlers. Called by the module initializer that the generator writes.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="describe">Names every handler of the assembly.</param>
    public static void Register(Assembly assembly, Action<IHandlerCatalog> describe)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentNullException.ThrowIfNull(describe);
        Descriptions.AddOrUpdate(assembly, describe);
    }

    /// <summary>The description of an assembly's handlers, or null where no generated code left one.</summary>
    internal static Action<IHandlerCatalog>? Find(Assembly assembly)
    {
        if (!assembly.IsDynamic)
        {
            RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle); // nothing of the assembly may have run yet
        }

        return Descriptions.TryGetValue(assembly, out var describe) ? describe : null;
    }
}
