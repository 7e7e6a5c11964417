using Anywise.Generators.Migration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Rewrites one file: base types, the methods of handlers, and the usings.</summary>
internal sealed class MediatRMigration(CompilationUnitSyntax root, SemanticModel model)
{
    private const string Domain = "Anywise.Domain";

    private readonly NamesOfAnywise _names = new(root, model);

    /// <summary>Names that both MediatR and Anywise have: where such a one remains, the other is not imported.</summary>
    private static readonly HashSet<string> InBoth = ["IRequest", "Unit", "IPipelineBehavior"];

    /// <summary>What each contract of MediatR becomes.</summary>
    private readonly Dictionary<TypeSyntax, string> _contracts = [];
    private readonly HashSet<MethodDeclarationSyntax> _methods = [];

    /// <summary>Takes a base type into the migration, and the method that it asks for.</summary>
    public void Take(SimpleBaseTypeSyntax contract, string target)
    {
        _contracts[contract.Type] = target;
        var type = model.GetDeclaredSymbol((BaseTypeDeclarationSyntax)contract.Parent!.Parent!);
        var handle = MediatRAnalyzer.ContractAt(contract.Type, model)!.GetMembers("Handle").FirstOrDefault();
        var method = handle is null ? null : type?.FindImplementationForInterfaceMember(handle);
        foreach (var syntax in method?.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()).OfType<MethodDeclarationSyntax>() ?? [])
        {
            Take(syntax, target);
        }
    }

    private void Take(MethodDeclarationSyntax method, string target)
    {
        if (method.SyntaxTree != root.SyntaxTree)
        {
            return; // another part of the class; the compiler names it once its base type has changed
        }

        _methods.Add(method);
        if (method.ExplicitInterfaceSpecifier is { } specifier)
        {
            _contracts[specifier.Name] = target;
        }
    }

    public CompilationUnitSyntax Migrate()
    {
        var remaining = RemainingNames();
        var isQualified = remaining.Overlaps(InBoth) || _names.AreTakenByUsings();
        var qualified = new HashSet<TypeSyntax>(_contracts.Where(contract => isQualified || _names.IsTakenAt(contract.Key, contract.Value)).Select(contract => contract.Key));
        var migrated = root.ReplaceNodes(
            _contracts.Keys.Concat<SyntaxNode>(_methods),
            (original, current) => current is MethodDeclarationSyntax method ? HandlerMethod.Migrate(method) : Renamed((TypeSyntax)original, qualified.Contains(original)));
        return WithUsings(migrated, needsMediatR: remaining.Count > 0, needsDomain: qualified.Count < _contracts.Count);
    }

    /// <summary>The names in the file that stand for something of MediatR and are not migrated now.</summary>
    private HashSet<string> RemainingNames()
    {
        var migrated = new HashSet<SimpleNameSyntax>(_contracts.Keys.Select(NamesOfAnywise.NameIn));
        return [.. root.DescendantNodes(node => node is not UsingDirectiveSyntax)
            .OfType<SimpleNameSyntax>()
            .Where(name => !migrated.Contains(name) && IsOfMediatR(name))
            .Select(name => name.Identifier.Text)];
    }

    private bool IsOfMediatR(SimpleNameSyntax name) =>
        model.GetSymbolInfo(name).Symbol is { Kind: not SymbolKind.Namespace, ContainingNamespace: { Name: "MediatR", ContainingNamespace.IsGlobalNamespace: true } };

    private TypeSyntax Renamed(TypeSyntax type, bool isQualified)
    {
        var name = NamesOfAnywise.NameIn(type);
        SimpleNameSyntax renamed = name is GenericNameSyntax generic
            ? SyntaxFactory.GenericName(SyntaxFactory.Identifier(_contracts[type]), generic.TypeArgumentList)
            : SyntaxFactory.IdentifierName(_contracts[type]);
        return (isQualified ? SyntaxFactory.QualifiedName(SyntaxFactory.ParseName(Domain), renamed) : (TypeSyntax)renamed).WithTriviaFrom(type);
    }

    private static CompilationUnitSyntax WithUsings(CompilationUnitSyntax unit, bool needsMediatR, bool needsDomain)
    {
        var directives = NamesOfAnywise.UsingsOf(unit).ToList();
        var mediatR = directives.FirstOrDefault(NamesOfAnywise.IsOfMediatR);
        needsDomain &= directives.All(directive => directive.Name?.ToString() != Domain);
        if (mediatR is not null && !needsMediatR)
        {
            return needsDomain
                ? unit.ReplaceNode(mediatR, mediatR.WithName(SyntaxFactory.ParseName(Domain)))
                : unit.RemoveNode(mediatR, SyntaxRemoveOptions.KeepLeadingTrivia)!;
        }

        var added = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(Domain))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithTrailingTrivia(SyntaxFactory.EndOfLine("\n"));
        return !needsDomain ? unit
            : mediatR is not null ? unit.InsertNodesBefore(mediatR, [added.WithLeadingTrivia(mediatR.GetLeadingTrivia())])
            : unit.AddUsings(added);
    }
}
