using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Anywise.Generators.Sending;

/// <summary>Who sends or publishes waits until it is done: not thrown away, and not in an <c>async void</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class UnawaitedSendAnalyzer : DiagnosticAnalyzer
{
    /// <summary>A property of what is reported: the send may be waited for, the method around it cannot be.</summary>
    public const string IsAsyncVoid = nameof(IsAsyncVoid);

    private static readonly ImmutableDictionary<string, string?> AsyncVoid = ImmutableDictionary<string, string?>.Empty.Add(IsAsyncVoid, null);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NotAwaited, Rules.AsyncVoid];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Check, OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("SendAsync" or "PublishAsync") || !call.TargetMethod.ContainingType.IsOrImplements("IDispatcher"))
        {
            return;
        }

        if (IsThrownAway(call))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotAwaited, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
        else if (FunctionAround(call, context.ContainingSymbol) is { IsAsync: true, ReturnsVoid: true } function && !IsEventHandler(function))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.AsyncVoid, call.Syntax.GetLocation(), AsyncVoid, call.TargetMethod.Name));
        }
    }

    /// <summary>Whether the result, or what is made of it without waiting, is the whole of a statement, or kept in a local that nobody looks at.</summary>
    private static bool IsThrownAway(IOperation task)
    {
        var made = WithoutWaiting(task);
        return made.Parent switch
        {
            IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => IsNeverUsed(local, made),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local }, Parent: IExpressionStatementOperation } => IsNeverUsed(local, made),
            _ => false,
        };
    }

    /// <summary>The task itself, or what is the same in another shape.</summary>
    private static IOperation WithoutWaiting(IOperation task)
    {
        while (task.Parent is IConversionOperation or IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } }
            or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Preserve" }
            || (task.Parent is IConditionalAccessOperation access && access.WhenNotNull == task))
        {
            task = task.Parent;
        }

        return task;
    }

    /// <summary>Whether a local is only written, or read to be thrown away. What a function captures, and what is passed on, is used.</summary>
    private static bool IsNeverUsed(ILocalSymbol local, IOperation within)
    {
        while (within.Parent is not null)
        {
            within = within.Parent;
        }

        return within.Descendants().OfType<ILocalReferenceOperation>()
            .Where(reference => SymbolEqualityComparer.Default.Equals(reference.Local, local))
            .All(reference => IsWritten(reference) || IsTakenByDiscard(reference));
    }

    private static bool IsWritten(ILocalReferenceOperation reference) =>
        reference.Parent is ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } assignment && assignment.Target == reference;

    private static bool IsTakenByDiscard(ILocalReferenceOperation reference) =>
        WithoutWaiting(reference).Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

    private static IMethodSymbol? FunctionAround(IOperation operation, ISymbol containing)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case ILocalFunctionOperation local:
                    return local.Symbol;
            }
        }

        return containing as IMethodSymbol;
    }

    /// <summary>A handler of a .NET event has no choice but <c>void</c>.</summary>
    public static bool IsEventHandler(IMethodSymbol function) =>
        function.Parameters.Length == 2
        && function.Parameters[0].Type.SpecialType == SpecialType.System_Object
        && function.Parameters[1].Type.Inherits("EventArgs", "System");
}
