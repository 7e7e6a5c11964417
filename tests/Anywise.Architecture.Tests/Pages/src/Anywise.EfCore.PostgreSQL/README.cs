using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;

DbContextOptionsBuilder options = new();
var connectionString = "";
