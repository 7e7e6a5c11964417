using Anywise.Domain;

new Order().Place();
