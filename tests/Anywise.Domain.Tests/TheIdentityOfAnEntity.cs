using System.Reflection;
using System.Reflection.Emit;

namespace Anywise.Domain.Tests;

[TestFixture(typeof(Chair), typeof(Table))]
[TestFixture(typeof(Room), typeof(House))]
public sealed class TheIdentityOfAnEntity<TOne, TOther>
    where TOne : class, IWithId, new()
    where TOther : class, IWithId, new()
{
    [Test]
    public void Makes_two_objects_with_the_same_id_equal()
    {
        var (one, same) = (With<TOne>(7), With<TOne>(7));

        Assert.That(one, Is.EqualTo(same));
        Assert.That(one.GetHashCode(), Is.EqualTo(same.GetHashCode()));
    }

    [Test]
    public void Makes_objects_with_different_ids_different() => Assert.That(With<TOne>(7), Is.Not.EqualTo(With<TOne>(8)));

    [Test]
    public void Makes_objects_of_different_types_different() => Assert.That(With<TOne>(7), Is.Not.EqualTo((object)With<TOther>(7)));

    [Test]
    public void Does_not_equal_null() => Assert.That(With<TOne>(7).Equals(null), Is.False);

    [Test]
    public void Makes_an_object_without_id_equal_to_itself_only()
    {
        var (one, other) = (new TOne(), new TOne());

        Assert.That(one.Equals((object)one), Is.True);
        Assert.That(one, Is.Not.EqualTo(other));
    }

    [Test]
    public void Is_the_same_behind_a_lazy_loading_proxy()
    {
        var proxy = (TOne)Activator.CreateInstance(ProxyOf(typeof(TOne)))!;
        proxy.SetId(7);

        Assert.That(proxy, Is.EqualTo(With<TOne>(7)));
        Assert.That(With<TOne>(7), Is.EqualTo(proxy));
        Assert.That(proxy.GetHashCode(), Is.EqualTo(With<TOne>(7).GetHashCode()));
    }

    [Test]
    public void Names_type_and_id_as_text() => Assert.That(With<TOne>(7).ToString(), Is.EqualTo($"{typeof(TOne).Name} 7"));

    private static T With<T>(int id) where T : IWithId, new()
    {
        var entity = new T();
        entity.SetId(id);
        return entity;
    }

    /// <summary>A class in a dynamic assembly, as the proxies of EF Core are.</summary>
    private static Type ProxyOf(Type type)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Proxies"), AssemblyBuilderAccess.Run).DefineDynamicModule("Proxies");
        return module.DefineType(type.Name + "Proxy", TypeAttributes.Public, type).CreateType();
    }
}

public interface IWithId
{
    void SetId(int id);
}

public class Chair : Entity<int>, IWithId
{
    public void SetId(int id) => typeof(Entity<int>).GetProperty(nameof(Id))!.SetValue(this, id);
}

public class Table : Chair;

public class Room : AggregateRoot<int>, IWithId
{
    public void SetId(int id) => typeof(AggregateRoot<int>).GetProperty(nameof(Id))!.SetValue(this, id);
}

public class House : Room;
